using MLOps.Storage;
using MLOps.Storage.Folder;
using MLOps.Storage.Memory;

namespace MLOps.Tests.Storage;

public sealed class ContentStoreTests
{
    [TestCase(0)]
    [TestCase(1)]
    [TestCase((1 << 20) - 1)]
    [TestCase(1 << 20)]
    [TestCase((3 << 20) + 7)]
    public async Task Content_of_any_length_comes_back_by_any_of_the_three_ways(int length)
    {
        var store = new ContentStore(new MemoryBlobStore());
        var bytes = new byte[length];
        new Random(7).NextBytes(bytes);

        var opened = await store.PutAsync(() => new MemoryStream(bytes), default);
        var memory = await store.PutAsync(bytes, default);
        using var once = new OnceOnlyStream(bytes);
        var streamed = await store.PutStreamAsync(once, default);

        await using var content = await store.OpenAsync(opened.Digest, default);
        using var read = new MemoryStream();
        await content.CopyToAsync(read);
        Assert.Multiple(() =>
        {
            Assert.That(memory, Is.EqualTo(opened));
            Assert.That(streamed, Is.EqualTo(opened));
            Assert.That(opened, Is.EqualTo(new StoredContent(Digest.Of(bytes), length)));
            Assert.That(read.ToArray(), Is.EqualTo(bytes));
        });
    }

    [Test]
    public void Content_that_changes_between_its_two_readings_is_not_stored()
    {
        var blobs = new MemoryBlobStore();
        var readings = 0;

        Assert.That(
            async () => await new ContentStore(blobs).PutAsync(() => new MemoryStream([.. new byte[2 << 20], (byte)readings++]), default),
            Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("changed while it was being stored"));
        Assert.That(async () => await blobs.ListAsync("").AnyAsync(), Is.False);
    }

    [Test]
    public async Task Short_content_is_read_once_so_that_it_cannot_change_in_between()
    {
        var store = new ContentStore(new MemoryBlobStore());
        var readings = 0;

        var stored = await store.PutAsync(() => new MemoryStream([(byte)readings++]), default);

        Assert.That(await store.ReadAsync(stored.Digest, default), Is.EqualTo(new byte[] { 0 }));
    }

    [Test]
    public async Task Content_that_is_longer_than_it_says_is_stored_whole()
    {
        var store = new ContentStore(new MemoryBlobStore());

        var stored = await store.PutAsync(() => new GrowingStream(5, 9), default);

        Assert.That((await store.ReadAsync(stored.Digest, default)).Length, Is.EqualTo(9));
    }

    [Test]
    public async Task A_blob_that_lost_its_bytes_is_healed_by_the_next_who_stores_them()
    {
        var blobs = new MemoryBlobStore();
        var (store, bytes) = (new ContentStore(blobs), "the right bytes"u8.ToArray());
        await blobs.WriteAsync(ContentStore.Key(Digest.Of(bytes)), new MemoryStream());

        var stored = await store.PutAsync(bytes, default);

        Assert.That(await store.ReadAsync(stored.Digest, default), Is.EqualTo(bytes));
    }

    [TestCase(10)]
    [TestCase(2 << 20)]
    public async Task A_flipped_bit_is_found_before_the_first_byte_is_handed_out(int length)
    {
        var folder = Directory.CreateTempSubdirectory("mlops-content-").FullName;
        try
        {
            var store = new ContentStore(new FolderBlobStore(folder));
            var stored = await store.PutAsync(new byte[length], default);
            var file = Directory.GetFiles(folder, stored.Digest.Hex, SearchOption.AllDirectories).Single();
            var bytes = await File.ReadAllBytesAsync(file);
            bytes[^1] ^= 1;
            File.SetAttributes(file, FileAttributes.Normal);
            await File.WriteAllBytesAsync(file, bytes);

            var damage = Assert.ThrowsAsync<MLOpsIntegrityException>(async () => await store.OpenAsync(stored.Digest, default));
            Assert.Multiple(() =>
            {
                Assert.That(damage!.Key, Is.EqualTo(ContentStore.Key(stored.Digest)));
                Assert.That(damage.Expected, Is.EqualTo(stored.Digest.Hex));
                Assert.That(damage.Actual, Is.EqualTo(Digest.Of(bytes).Hex));
            });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Can be read forward once, like a network stream, and gives a few bytes at a time.</summary>
    private sealed class OnceOnlyStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 100_003)]);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));
    }

    /// <summary>Says one length and gives another, as a file that somebody appends to.</summary>
    private sealed class GrowingStream(int said, int given) : MemoryStream(new byte[given])
    {
        public override long Length => said;
    }
}
