using System.Globalization;
using System.Text;
using MLOps.Storage.Memory;

namespace MLOps.Storage.Transfer;

/// <summary>Gives a store a random past: records made, changed, deleted and made again, checks, streams that were truncated, blobs.</summary>
internal static class LivedStore
{
    public static StoreParts InMemory() => new(new MemoryBlobStore(), new MemoryRecordStore(), new MemoryStreamStore());

    public static async Task LiveAsync(StoreParts store, int seed, int commits)
    {
        var random = new Random(seed);
        for (var i = 0; i < commits; i++)
        {
            var operations = Enumerable.Range(0, random.Next(1, 6))
                .Select(_ => new RecordKey(random.Next(4) == 0 ? "hot" : $"things-{random.Next(3)}", $"id {random.Next(random.Next(2) == 0 ? 3 : 40)} é"))
                .Distinct()
                .Select(key => Operation(random, key))
                .ToList();
            try
            {
                await store.Records.CommitAsync(new("tester", operations));
            }
            catch (MLOpsConflictException)
            {
                // A check that did not hold: no position was used.
            }

            if (random.Next(3) == 0) await StreamAsync(store.Streams, random);
            if (random.Next(3) == 0) await BlobAsync(store.Blobs, random);
        }
    }

    public static async Task<byte[]> ExportAsync(StoreParts store)
    {
        using var bytes = new MemoryStream();
        await StoreExport.WriteAsync(store, bytes);
        return bytes.ToArray();
    }

    public static async Task AssertEqualAsync(StoreParts left, StoreParts right, string message = "")
    {
        var (l, r) = (Encoding.UTF8.GetString(await ExportAsync(left)).Split('\n'), Encoding.UTF8.GetString(await ExportAsync(right)).Split('\n'));
        Assert.That(r, Is.EqualTo(l), message);
    }

    private static RecordOperation Operation(Random random, RecordKey key) => random.Next(10) switch
    {
        < 2 => new RecordDelete(key),
        2 => new RecordCheck(key, 0),
        _ => new RecordPut(key, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{ \"n\":{random.Next()},  \"text\":\"\\u00e9 <ü>\" }}")), new Dictionary<string, FieldValue>
        {
            ["n"] = random.Next(5) == 0 ? double.NegativeInfinity : random.NextDouble(),
            ["t"] = $"text {random.Next()}",
            [$"f{random.Next(3)}"] = 1,
        }),
    };

    private static async Task StreamAsync(IStreamStore streams, Random random)
    {
        var name = $"stream/{random.Next(5)}";
        var next = (await streams.StatAsync(name))?.Next ?? 0;
        await streams.AppendAsync([.. Enumerable.Range(0, random.Next(1, 30)).Select(i => new StreamAppend(name, next + i, Noise(random, random.Next(1, 50))))]);
        if (random.Next(3) == 0) await streams.TruncateAsync(name, random.Next((int)next + 40));
    }

    private static async Task BlobAsync(IBlobStore blobs, Random random)
    {
        var bytes = Noise(random, random.Next(2000));
        var key = random.Next(3) == 0 ? $"named/{random.Next(1_000_000)}" : ContentStore.Key(Digest.Of(bytes));
        await blobs.WriteAsync(key, new MemoryStream(bytes));
    }

    private static byte[] Noise(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
