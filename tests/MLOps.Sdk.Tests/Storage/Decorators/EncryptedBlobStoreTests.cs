using System.Text;
using MLOps.Storage.Memory;

namespace MLOps.Storage.Decorators;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class EncryptedBlobStoreTests
{
    private readonly MemoryBlobStore _stored = new();
    private readonly Dictionary<string, byte[]> _keys = new() { ["2025"] = Noise(32, 1), ["2026"] = Noise(32, 2) };
    private EncryptedBlobStore _blobs = null!;

    [SetUp]
    public void SetUp() => _blobs = With("2025");

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(FrameCipher.PlainBytes - 1)]
    [TestCase(FrameCipher.PlainBytes)]
    [TestCase(FrameCipher.PlainBytes + 1)]
    [TestCase(3 * FrameCipher.PlainBytes)]
    [TestCase((3 * FrameCipher.PlainBytes) + 777)]
    public async Task What_was_written_is_read_and_its_length_is_the_contents_own(int length)
    {
        var content = Noise(length, 3);
        Assert.That(await _blobs.WriteAsync("a/b", new MemoryStream(content), Digest.Of(content)), Is.True);
        Assert.Multiple(async () =>
        {
            Assert.That(await ReadAsync("a/b"), Is.EqualTo(content));
            Assert.That((await _blobs.StatAsync("a/b"))!.Value.Length, Is.EqualTo(length));
            Assert.That(await _blobs.ListAsync("a").ToListAsync(), Is.EqualTo(new[] { new BlobInfo("a/b", length) }));
            Assert.That((await _stored.StatAsync("a/b"))!.Value.Length, Is.GreaterThan(length));
        });
    }

    [Test]
    public async Task Any_range_gives_its_bytes()
    {
        var content = Noise((3 * FrameCipher.PlainBytes) + 777, 4);
        await WriteAsync("a", content);
        var random = new Random(5);
        var edges = new[] { 0, 1, FrameCipher.PlainBytes - 1, FrameCipher.PlainBytes, FrameCipher.PlainBytes + 1, 2 * FrameCipher.PlainBytes, content.Length - 1, content.Length, content.Length + 1, 5 * FrameCipher.PlainBytes };
        for (var i = 0; i < 200; i++)
        {
            var offset = i % 2 == 0 ? edges[random.Next(edges.Length)] : random.Next(content.Length + 10);
            long? length = (i % 3) switch { 0 => null, 1 => edges[random.Next(edges.Length)], _ => random.Next(content.Length) };
            var expected = content.Skip(offset).Take((int)(length ?? int.MaxValue)).ToArray();
            Assert.That(await ReadAsync("a", new(offset, length)), Is.EqualTo(expected), $"{offset}, {length}");
        }

        Assert.That(await ReadAsync("a", new(long.MaxValue)), Is.Empty);
        Assert.That(await ReadAsync("a", new(0, long.MaxValue)), Is.EqualTo(content));
    }

    [Test]
    public async Task Every_flipped_bit_is_found()
    {
        await WriteAsync("a", Noise(500, 6));
        var stored = await StoredAsync("a");
        for (var i = 0; i < stored.Length; i++)
        {
            var damaged = stored.ToArray();
            damaged[i] ^= (byte)(1 << (i % 8));
            await PutAsync("a", damaged);
            Assert.ThrowsAsync<MLOpsIntegrityException>(async () => await ReadAsync("a"), $"byte {i}");
        }
    }

    [Test]
    public async Task A_blob_that_was_cut_or_lengthened_or_whose_frames_changed_places_is_found()
    {
        var content = Noise((3 * FrameCipher.PlainBytes) + 9, 7);
        await WriteAsync("a", content);
        var stored = await StoredAsync("a");
        byte[] Frame(int i) => stored.Skip(FrameCipher.HeadBytes + (i * FrameCipher.SealedBytes)).Take(FrameCipher.SealedBytes).ToArray();
        byte[] head = [.. stored.Take(FrameCipher.HeadBytes)];
        var damages = new Dictionary<string, byte[]>
        {
            ["nothing left"] = [],
            ["half a head"] = head[..50],
            ["a head only"] = head,
            ["cut in a frame"] = stored[..^5],
            ["cut at a frame's end"] = stored[..(FrameCipher.HeadBytes + FrameCipher.SealedBytes)],
            ["the last frame gone"] = stored[..(FrameCipher.HeadBytes + (3 * FrameCipher.SealedBytes))],
            ["reordered"] = [.. head, .. Frame(1), .. Frame(0), .. Frame(2), .. Frame(3)],
            ["a frame twice"] = [.. head, .. Frame(0), .. Frame(0), .. Frame(2), .. Frame(3)],
            ["a frame gone"] = [.. head, .. Frame(0), .. Frame(2), .. Frame(3)],
            ["lengthened by a byte"] = [.. stored, 0],
            ["lengthened by a frame"] = [.. stored, .. Frame(3)],
        };
        foreach (var (name, damaged) in damages)
        {
            await PutAsync("a", damaged);
            Assert.ThrowsAsync<MLOpsIntegrityException>(async () => await ReadAsync("a"), name);
            // A range proves its own frames, and where the end is.
            if (damaged.Length > FrameCipher.HeadBytes && damaged.Length != stored.Length) Assert.ThrowsAsync<MLOpsIntegrityException>(async () => await ReadAsync("a", new(3 * FrameCipher.PlainBytes)), $"{name}, a range at the end");
        }
    }

    [Test]
    public async Task A_blob_in_another_ones_place_is_found()
    {
        await WriteAsync("a", Noise(100, 8));
        await PutAsync("b", await StoredAsync("a"));
        Assert.ThrowsAsync<MLOpsIntegrityException>(async () => await ReadAsync("b"));
    }

    [Test]
    public async Task A_wrong_or_unknown_key_is_told_and_never_shown()
    {
        await WriteAsync("a", Noise(100, 9));
        var key = _keys["2025"];
        _keys["2025"] = Noise(32, 10);
        var wrong = Assert.ThrowsAsync<MLOpsIntegrityException>(async () => await ReadAsync("a"));
        _keys.Remove("2025");
        var unknown = Assert.ThrowsAsync<MLOpsIntegrityException>(async () => await ReadAsync("a"));
        Assert.Multiple(() =>
        {
            Assert.That(wrong!.Key, Is.EqualTo("a"));
            Assert.That(unknown!.Message, Does.Contain("2025"));
            Assert.That(wrong.ToString() + unknown, Does.Not.Contain(Convert.ToHexString(key)).And.Not.Contain(Convert.ToBase64String(key)));
        });
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await WriteAsync("b", [1]), "no key to write with");
        _keys["2025"] = Noise(16, 11);
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await WriteAsync("b", [1]), "a short key");
        Assert.That(await _stored.StatAsync("b"), Is.Null);
    }

    [Test]
    public async Task A_blob_that_was_never_encrypted_is_told_as_such()
    {
        await PutAsync("a", Noise(1000, 12));
        Assert.That(Assert.ThrowsAsync<MLOpsIntegrityException>(async () => await ReadAsync("a"))!.Message, Does.Contain("without encryption"));
    }

    [Test]
    public async Task After_a_change_of_keys_old_blobs_are_read_with_theirs()
    {
        await WriteAsync("old", Noise(100, 13));
        _blobs = With("2026");
        await WriteAsync("new", Noise(100, 14));
        Assert.Multiple(async () =>
        {
            Assert.That(await ReadAsync("old"), Is.EqualTo(Noise(100, 13)));
            Assert.That(await ReadAsync("new"), Is.EqualTo(Noise(100, 14)));
            Assert.That(Encoding.UTF8.GetString(await StoredAsync("new")), Does.Contain("2026"));
        });
        _keys.Remove("2025");
        Assert.That(await ReadAsync("new"), Has.Length.EqualTo(100));
    }

    [Test]
    public async Task Nothing_of_the_content_is_seen_and_equal_contents_look_different()
    {
        var content = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("the same words again. ", 5000)));
        await WriteAsync("a", content);
        await WriteAsync("b", content);
        var (a, b) = (await StoredAsync("a"), await StoredAsync("b"));
        Assert.Multiple(() =>
        {
            Assert.That(a.AsSpan().IndexOf("words"u8), Is.LessThan(0));
            Assert.That(a.Skip(FrameCipher.HeadBytes).SequenceEqual(b.Skip(FrameCipher.HeadBytes)), Is.False);
        });
    }

    [Test]
    public async Task Bytes_without_the_expected_hash_leave_nothing()
    {
        var wrong = Assert.ThrowsAsync<MLOpsIntegrityException>(async () => await _blobs.WriteAsync("a", new MemoryStream(Noise(200_000, 15)), Digest.Of("something else")));
        Assert.That(wrong!.Actual, Is.EqualTo(Digest.Of(Noise(200_000, 15)).Hex), "the content's hash, not the stored bytes'");
        Assert.That(await _stored.StatAsync("a"), Is.Null);
    }

    private EncryptedBlobStore With(string keyId) => new(_stored, new() { KeyId = keyId, Key = (id, _) => new(_keys.GetValueOrDefault(id)) });

    private static byte[] Noise(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private async Task WriteAsync(string key, byte[] content) => await _blobs.WriteAsync(key, new MemoryStream(content));

    private Task<byte[]> ReadAsync(string key, BlobRange? range = null) => BytesAsync(_blobs, key, range);

    private Task<byte[]> StoredAsync(string key) => BytesAsync(_stored, key, null);

    private async Task PutAsync(string key, byte[] bytes)
    {
        await _stored.DeleteAsync(key);
        await _stored.WriteAsync(key, new MemoryStream(bytes));
    }

    private static async Task<byte[]> BytesAsync(IBlobStore store, string key, BlobRange? range)
    {
        await using var content = await store.OpenAsync(key, range);
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes);
        return bytes.ToArray();
    }
}
