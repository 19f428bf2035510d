namespace MLOps;

static class Asynchronously
{
    public static async Task<List<T>> ListAsync<T>(this IAsyncEnumerable<T> items)
    {
        var list = new List<T>();
        await foreach (var item in items) list.Add(item);
        return list;
    }

    public static async Task<string> TextAsync(this ValueTask<Stream> opening)
    {
        await using var stream = await opening;
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }
}
