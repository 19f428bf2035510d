namespace MLOps;

static class Asynchronously
{
    public static async Task<string> TextAsync(this ValueTask<Stream> opening)
    {
        await using var stream = await opening;
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }
}
