using MLOps.Storage.Memory;
using MLOps.Testing;

namespace MLOps.Storage.Decorators;

public sealed class CachedBlobStoreTests
{
    private readonly ManualTimeProvider _time = new();
    private TemporaryFolder _folder = null!;
    private MemoryBlobStore _far = null!;
    private FaultPlan _calls = null!;

    private string Cache => _folder.At("cache");

    [SetUp]
    public void SetUp() => (_folder, _far, _calls) = (new(), new(), new());

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public async Task A_blob_is_fetched_once_also_for_its_parts_and_for_another_process()
    {
        var (key, content) = await PutAsync(200_000, 1);
        Assert.That(await ReadAsync(Open(), key), Is.EqualTo(content));
        var other = Open();
        Assert.Multiple(async () =>
        {
            Assert.That(await ReadAsync(other, key), Is.EqualTo(content));
            Assert.That(await ReadAsync(other, key, new(65_530, 20)), Is.EqualTo(content[65_530..65_550]));
            Assert.That(await ReadAsync(other, key, new(199_999, 20)), Is.EqualTo(content[199_999..]));
            Assert.That(await ReadAsync(other, key, new(300_000)), Is.Empty);
            Assert.That(_calls.Count(StorageCall.BlobOpen), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task A_small_blob_is_fetched_whole_for_a_part_and_a_large_one_is_not()
    {
        var (small, _) = await PutAsync(1000, 2);
        var (large, content) = await PutAsync(2000, 3);
        var blobs = Open(o => o.WholeUpTo = 1000);
        for (var i = 0; i < 3; i++)
        {
            await ReadAsync(blobs, small, new(10, 10));
            Assert.That(await ReadAsync(blobs, large, new(10, 10)), Is.EqualTo(content[10..20]));
        }

        Assert.That(_calls.Count(StorageCall.BlobOpen), Is.EqualTo(1 + 3));
    }

    [Test]
    public async Task Damage_anywhere_in_a_kept_file_is_found_and_the_blob_fetched_again()
    {
        var (key, content) = await PutAsync(150_000, 4);
        var blobs = Open();
        await ReadAsync(blobs, key);
        var file = Files().Single();
        var sound = await File.ReadAllBytesAsync(file);
        var places = new[] { 0, 70_000, 149_999, 150_000, sound.Length - 40, sound.Length - 1 };
        foreach (var place in places)
        {
            var damaged = sound.ToArray();
            damaged[place] ^= 4;
            await File.WriteAllBytesAsync(file, damaged);
            Assert.That(await ReadAsync(blobs, key), Is.EqualTo(content), $"byte {place}");
            Assert.That(await ReadAsync(blobs, key), Is.EqualTo(content), $"after byte {place}");
        }

        foreach (var length in new[] { 0, 10, 100_000, sound.Length - 1 })
        {
            await File.WriteAllBytesAsync(file, sound[..length]);
            Assert.That(await ReadAsync(blobs, key), Is.EqualTo(content), $"cut to {length}");
        }

        await ReadAsync(blobs, key);
        Assert.That(await File.ReadAllBytesAsync(file), Is.EqualTo(sound), "what replaced it is sound");
    }

    [Test]
    public async Task A_file_in_another_ones_place_is_found()
    {
        var (one, content) = await PutAsync(1000, 5);
        var blobs = Open();
        await ReadAsync(blobs, one);
        var first = Files().Single();
        var (other, _) = await PutAsync(1000, 6);
        await ReadAsync(blobs, other);
        File.Copy(Files().Single(f => f != first), first, overwrite: true);
        Assert.That(await ReadAsync(blobs, one), Is.EqualTo(content));
    }

    [Test]
    public async Task What_was_not_used_for_longest_goes_first_and_the_bound_holds()
    {
        var blobs = Open(o => o.MaxBytes = 1 << 20);
        var keys = new List<string>();
        for (var i = 0; i < 30; i++)
        {
            var (key, _) = await PutAsync(100_000, 100 + i);
            keys.Add(key);
            await ReadAsync(blobs, key);
            _time.Advance(TimeSpan.FromSeconds(1));
            await ReadAsync(blobs, keys[0]);
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.That(Files().Sum(f => new FileInfo(f).Length), Is.LessThanOrEqualTo((1 << 20) * 17 / 16));
        }

        var before = _calls.Count(StorageCall.BlobOpen);
        await ReadAsync(blobs, keys[0]);
        await ReadAsync(blobs, keys[^1]);
        Assert.That(_calls.Count(StorageCall.BlobOpen), Is.EqualTo(before), "the one in use and the last one are kept");
        await ReadAsync(blobs, keys[1]);
        Assert.That(_calls.Count(StorageCall.BlobOpen), Is.EqualTo(before + 1), "an old one is not");
    }

    [Test]
    public async Task Leftovers_of_crashed_processes_go_after_a_day()
    {
        var (key, _) = await PutAsync(1000, 7);
        await ReadAsync(Open(), key);
        var left = Files().Single() + ".crashed.tmp";
        await File.WriteAllTextAsync(left, "half");
        File.SetLastWriteTimeUtc(left, _time.GetUtcNow().UtcDateTime);
        _time.Advance(TimeSpan.FromHours(25));
        var (other, _) = await PutAsync(1000, 8);
        await ReadAsync(Open(), other);
        Assert.That(File.Exists(left), Is.False);
    }

    [Test]
    public async Task A_folder_that_cannot_be_written_costs_the_cache_and_nothing_else()
    {
        var (key, content) = await PutAsync(1000, 9);
        await File.WriteAllTextAsync(Cache, "a file where the folder should be");
        Assert.That(await ReadAsync(Open(), key), Is.EqualTo(content));
    }

    [Test]
    public async Task What_is_deleted_is_gone_here_and_a_key_that_does_not_name_its_content_is_never_kept()
    {
        var (key, _) = await PutAsync(1000, 10);
        var blobs = Open();
        await ReadAsync(blobs, key);
        await blobs.DeleteAsync(key);
        Assert.ThrowsAsync<MLOpsNotFoundException>(async () => await ReadAsync(blobs, key));

        await _far.WriteAsync("manifest", new MemoryStream([1]));
        await ReadAsync(blobs, "manifest");
        await _far.DeleteAsync("manifest");
        await _far.WriteAsync("manifest", new MemoryStream([2]));
        Assert.That(await ReadAsync(blobs, "manifest"), Is.EqualTo(new byte[] { 2 }));
    }

    [Test]
    public async Task Many_readers_of_two_processes_read_right_while_entries_come_and_go()
    {
        var blobs = new[] { Open(o => o.MaxBytes = 1 << 20), Open(o => o.MaxBytes = 1 << 20) };
        var all = new List<(string Key, byte[] Content)>();
        for (var i = 0; i < 16; i++) all.Add(await PutAsync(150_000, 200 + i));
        await Parallel.ForAsync(0, 200, async (i, _) =>
        {
            var (key, content) = all[i * 7 % all.Count];
            Assert.That((await ReadAsync(blobs[i % 2], key)).AsSpan().SequenceEqual(content), Is.True);
        });
    }

    private CachedBlobStore Open(Action<BlobCacheOptions>? configure = null)
    {
        var options = new BlobCacheOptions { Folder = Cache };
        configure?.Invoke(options);
        return new(new FaultyBlobStore(_far, _calls), options, _time);
    }

    private IEnumerable<string> Files() => Directory.EnumerateFiles(Cache, "*", SearchOption.AllDirectories);

    private async Task<(string Key, byte[] Content)> PutAsync(int length, int seed)
    {
        var content = new byte[length];
        new Random(seed).NextBytes(content);
        var key = ContentStore.Key(Digest.Of(content));
        await _far.WriteAsync(key, new MemoryStream(content));
        return (key, content);
    }

    private static async Task<byte[]> ReadAsync(CachedBlobStore store, string key, BlobRange? range = null)
    {
        await using var content = await store.OpenAsync(key, range);
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes);
        return bytes.ToArray();
    }
}
