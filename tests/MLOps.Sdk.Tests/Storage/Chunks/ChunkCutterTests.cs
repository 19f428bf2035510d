namespace MLOps.Storage.Chunks;

public sealed class ChunkCutterTests
{
    [Test]
    public void Cuts_are_those_of_the_published_rule_said_plainly()
    {
        foreach (var seed in Enumerable.Range(0, 6))
        {
            var bytes = Bytes(seed, 3_000_000 + (seed * 777));
            if (seed == 5) Array.Clear(bytes, 100_000, 1_500_000);
            Assert.That(Lengths(bytes), Is.EqualTo(Plainly(bytes)), $"seed {seed}");
        }
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(ChunkCutter.Min)]
    public void What_is_not_longer_than_the_shortest_chunk_is_one(int length) =>
        Assert.That(ChunkCutter.Next(new byte[length]), Is.EqualTo(length));

    [Test]
    public void Chunks_keep_within_their_bounds_and_are_about_64_kib_long()
    {
        var lengths = Lengths(Bytes(1, 32 << 20));
        Assert.That(lengths[..^1], Has.All.InRange(ChunkCutter.Min + 1, ChunkCutter.Max));
        Assert.That(lengths.Average(), Is.InRange(56 << 10, 84 << 10));
    }

    [Test]
    public void An_insertion_changes_the_chunks_around_it_only()
    {
        var bytes = Bytes(2, 8 << 20);
        var inserted = bytes[..1_000_000].Concat("one more row\n"u8.ToArray()).Concat(bytes[1_000_000..]).ToArray();
        var before = Ids(bytes).ToHashSet();
        Assert.That(Ids(inserted).Count(id => !before.Contains(id)), Is.LessThanOrEqualTo(3));
    }

    [Test]
    public void The_table_is_the_one_that_the_format_says() =>
        Assert.That(GearTable.Words[7], Is.EqualTo(BitConverter.ToUInt64(System.Security.Cryptography.SHA256.HashData("mlops-gear-1/7"u8), 0)));

    internal static byte[] Bytes(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static List<ChunkId> Ids(byte[] bytes)
    {
        var (ids, at) = (new List<ChunkId>(), 0);
        foreach (var length in Lengths(bytes))
        {
            ids.Add(ChunkId.Of(bytes.AsSpan(at, length)));
            at += length;
        }

        return ids;
    }

    private static List<int> Lengths(ReadOnlySpan<byte> bytes)
    {
        var lengths = new List<int>();
        while (bytes.Length > 0)
        {
            lengths.Add(ChunkCutter.Next(bytes));
            bytes = bytes[lengths[^1]..];
        }

        return lengths;
    }

    private static List<int> Plainly(byte[] bytes)
    {
        var lengths = new List<int>();
        var start = 0;
        while (start < bytes.Length)
        {
            ulong hash = 0;
            var length = 0;
            while (true)
            {
                if (start + length == bytes.Length || length == 256 << 10) break;
                if (length >= (16 << 10) - 64) hash = (hash * 2) + GearTable.Words[bytes[start + length]];
                length++;
                if (length <= 16 << 10) continue;
                var zeros = length <= 64 << 10 ? 18 : 14;
                if (hash >> (64 - zeros) == 0) break;
            }

            lengths.Add(length);
            start += length;
        }

        return lengths;
    }
}
