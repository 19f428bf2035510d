using MLOps.Storage.Folder;
using MLOps.Storage.Memory;

namespace MLOps.Storage.Chunks;

public sealed class ChunkStoreTests
{
    [TestCase(Compression.None)]
    [TestCase(Compression.Zlib)]
    [TestCase(Compression.Brotli)]
    public async Task What_is_put_is_read_back_by_this_process_and_the_next(Compression compression)
    {
        var blobs = new MemoryBlobStore();
        var store = new ChunkStore(blobs);
        var chunks = new[] { [], "a"u8.ToArray(), ChunkCutterTests.Bytes(1, 200_000), Text(1, 150_000), Text(2, 300), new byte[256 << 10] };
        var writer = new ChunkWriter(store, compression);
        await using (writer)
        {
            foreach (var chunk in chunks.Concat(chunks)) Assert.That(await writer.PutAsync(chunk, default), Is.EqualTo(ChunkId.Of(chunk)));
            await writer.FlushAsync(default);
            Assert.That((writer.NewChunks, writer.NewBytes), Is.EqualTo((6, chunks.Sum(c => (long)c.Length))));
            if (compression != Compression.None) Assert.That(writer.StoredBytes, Is.LessThan(writer.NewBytes - 300_000));
        }

        foreach (var opened in new[] { store, new ChunkStore(blobs) })
        {
            var reader = new ChunkReader(opened);
            await using (reader)
                foreach (var chunk in chunks.Reverse()) Assert.That((await reader.ReadAsync(ChunkId.Of(chunk), default)).ToArray(), Is.EqualTo(chunk));
        }

    }

    [Test]
    public async Task Contents_of_every_length_are_read_whole_and_from_anywhere()
    {
        var store = new ChunkStore(new MemoryBlobStore());
        foreach (var length in new[] { 0, 1, 16 << 10, (16 << 10) + 1, 100_000, 5_000_000 })
        {
            var bytes = ChunkCutterTests.Bytes(length, length);
            var content = await StoreAsync(store, bytes);
            Assert.That((content.Length, content.IsList), Is.EqualTo(((long)length, content.Id != ChunkId.Of(bytes))));
            await using var stream = new ContentStream(store, content, e => e);
            using var copy = new MemoryStream();
            await stream.CopyToAsync(copy);
            Assert.That(copy.ToArray().AsSpan().SequenceEqual(bytes), Is.True, $"{length}");
            var random = new Random(length);
            for (var i = 0; i < 50 && length > 0; i++)
            {
                var at = random.Next(length);
                var part = new byte[Math.Min(random.Next(1, 70_000), length - at)];
                stream.Seek(at, SeekOrigin.Begin);
                stream.ReadExactly(part);
                Assert.That(part.AsSpan().SequenceEqual(bytes.AsSpan(at, part.Length)), Is.True);
            }
        }
    }

    [Test]
    public async Task A_read_in_the_middle_fetches_its_chunks_only()
    {
        var store = new ChunkStore(new MemoryBlobStore());
        var bytes = ChunkCutterTests.Bytes(4, 30_000_000);
        var content = await StoreAsync(store, bytes);
        await using var stream = new ContentStream(store, content, e => e);
        stream.Position = 17_000_000;
        stream.ReadExactly(new byte[1000]);
        Assert.That(stream.Fetched, Is.LessThan(600_000));
    }

    [Test]
    public async Task Appending_to_a_long_content_writes_its_end_only()
    {
        var store = new ChunkStore(new MemoryBlobStore());
        var bytes = ChunkCutterTests.Bytes(6, 60_000_000);
        await StoreAsync(store, bytes[..^200_000]);
        var writer = new ChunkWriter(store, Compression.None);
        await using (writer)
        {
            await StoreAsync(writer, bytes);
            Assert.That(writer.NewBytes, Is.LessThan(200_000 + ChunkCutter.Max + 60_000));
        }
    }

    [Test]
    public async Task Many_packs_get_an_index_file_and_many_index_files_become_one()
    {
        var folder = Directory.CreateTempSubdirectory("mlops-index-").FullName;
        try
        {
            var blobs = new FolderBlobStore(folder);
            var store = new ChunkStore(blobs);
            for (var i = 0; i < 16 * 10; i++) await StoreAsync(store, BitConverter.GetBytes(i));
            Assert.That(await blobs.ListAsync(IndexFile.Prefix).ToListAsync(), Has.Count.InRange(1, 8));
            var opens = 0;
            var counted = new ChunkStore(new DyingBlobStore(blobs, call => call.StartsWith("open", StringComparison.Ordinal) && Interlocked.Increment(ref opens) < 0));
            await counted.OpenAsync(default);
            Assert.That((counted.Index.Count, opens), Is.EqualTo((160, opens)));
            Assert.That(opens, Is.LessThan(8 + 16));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public async Task A_damaged_index_file_is_passed_over()
    {
        var blobs = new MemoryBlobStore();
        var store = new ChunkStore(blobs);
        for (var i = 0; i < 16; i++) await StoreAsync(store, BitConverter.GetBytes(i));
        var index = (await blobs.ListAsync(IndexFile.Prefix).ToListAsync()).Single();
        await blobs.DeleteAsync(index.Key);
        await blobs.WriteAsync(index.Key, new MemoryStream("nonsense"u8.ToArray()));
        var opened = new ChunkStore(blobs);
        await opened.OpenAsync(default);
        Assert.That(opened.Index.Count, Is.EqualTo(16));
    }

    [Test]
    public async Task A_pack_with_a_foreign_footer_is_told_as_unreadable_and_hurts_no_other()
    {
        var blobs = new MemoryBlobStore();
        var store = new ChunkStore(blobs);
        var content = await StoreAsync(store, "good"u8.ToArray());
        foreach (var (name, bytes) in new[] { (1, Array.Empty<byte>()), (2, new byte[47]), (3, new byte[1000]), (4, ChunkCutterTests.Bytes(1, 5000)), (5, [.. new byte[60], .. BitConverter.GetBytes(int.MaxValue), .. new byte[32], .. "KPLM"u8]) })
            await blobs.WriteAsync(PackFormat.Key(ChunkId.Of(BitConverter.GetBytes(name))), new MemoryStream(bytes));
        var opened = new ChunkStore(blobs);
        await opened.OpenAsync(default);
        Assert.That((opened.Unreadable.Count, opened.Index.Count), Is.EqualTo((5, 1)));
        await using var stream = new ContentStream(opened, content, e => e);
        Assert.That(await new StreamReader(stream).ReadToEndAsync(), Is.EqualTo("good"));
    }

    internal static byte[] Text(int seed, int length)
    {
        var random = new Random(seed);
        var text = new System.Text.StringBuilder();
        while (text.Length < length) text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{random.Next(1000)},{random.NextDouble():F3},city-{random.Next(20)}\n");
        return System.Text.Encoding.ASCII.GetBytes(text.ToString())[..length];
    }

    private static async Task<ChunkContent> StoreAsync(ChunkStore store, byte[] bytes)
    {
        await store.OpenAsync(default);
        var writer = new ChunkWriter(store, Compression.None);
        await using (writer)
        {
            var content = await StoreAsync(writer, bytes);
            await writer.FlushAsync(default);
            return content;
        }
    }

    private static async Task<ChunkContent> StoreAsync(ChunkWriter writer, byte[] bytes)
    {
        using var cutter = new ContentCutter(writer);
        var stream = new MemoryStream(bytes);
        return await cutter.StoreAsync((_, buffer) => stream.ReadAsync(buffer), default);
    }
}
