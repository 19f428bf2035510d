using MLOps.Data.Intake;
using MLOps.Storage;
using MLOps.Storage.Chunks;

namespace MLOps.Data;

/// <summary>What is unchanged is not read again; what may have changed always is.</summary>
public sealed class StatCacheTests
{
    private TestStore _store = null!;
    private string _source = "", _cache = "";

    [SetUp]
    public void Open()
    {
        _store = new TestStore(Backend.Embedded);
        _source = Path.GetDirectoryName(_store.File("in/a", "1"))!;
        _store.File("in/b", "2");
        _cache = Path.Combine(_store.Folder, "cache");
    }

    [TearDown]
    public async Task Close() => await _store.DisposeAsync();

    [Test]
    public async Task An_unchanged_file_is_not_read_and_a_changed_one_is()
    {
        Later(TimeSpan.FromDays(1));
        await CommitAsync();
        // The cache is told a lie about a: who believes it has not read the file.
        var files = LocalFiles.Of(_source, default);
        StatCache.Open(_cache, _source, 0, _store.Time).Save([files[0]], [new ChunkContent(ChunkId.Of("2"u8), false, 1)]);
        Assert.That(await _store.Datasets.OpenAsync(await CommitAsync(), "a").TextAsync(), Is.EqualTo("2"));
        await File.WriteAllTextAsync(Path.Combine(_source, "a"), "3");
        var second = await CommitAsync();
        Assert.That(await _store.Datasets.OpenAsync(second, "a").TextAsync(), Is.EqualTo("3"));
    }

    [Test]
    public async Task A_file_of_the_same_length_and_time_with_other_bytes_is_noticed()
    {
        if (!OperatingSystem.IsLinux()) Assert.Ignore("Only Linux tells when an inode changed.");
        Later(TimeSpan.FromDays(1));
        var file = Path.Combine(_source, "a");
        var time = File.GetLastWriteTimeUtc(file);
        await CommitAsync();
        await File.WriteAllTextAsync(file, "9");
        File.SetLastWriteTimeUtc(file, time);
        Assert.That(await _store.Datasets.OpenAsync(await CommitAsync(), "a").TextAsync(), Is.EqualTo("9"));
    }

    [Test]
    public async Task What_was_touched_just_before_it_was_read_is_read_again()
    {
        Later(TimeSpan.Zero);
        await CommitAsync();
        Assert.That(new FileInfo(Directory.GetFiles(_cache).Single()).Length, Is.LessThan(60), "nothing is remembered");
    }

    [TestCase("")]
    [TestCase("nonsense")]
    public async Task A_damaged_cache_is_an_empty_one(string text)
    {
        Later(TimeSpan.FromDays(1));
        var first = await CommitAsync();
        await File.WriteAllTextAsync(Directory.GetFiles(_cache).Single(), text);
        Assert.That((await CommitAsync()).Id, Is.EqualTo(first.Id));
    }

    [Test]
    public async Task What_is_remembered_and_no_longer_stored_is_read_and_stored_again()
    {
        Later(TimeSpan.FromDays(1));
        var version = await CommitAsync();
        await foreach (var blob in _store.Blobs.ListAsync(PackFormat.Prefix)) await _store.Blobs.DeleteAsync(blob.Key);
        await CommitAsync();
        Assert.That(await _store.NewDatasets().OpenAsync(version, "b").TextAsync(), Is.EqualTo("2"));
    }

    /// <summary>Sets the store's clock to so long after the files were written.</summary>
    private void Later(TimeSpan span) => _store.Time.Advance(File.GetLastWriteTimeUtc(Path.Combine(_source, "b")) + span - _store.Time.GetUtcNow().UtcDateTime);

    private ValueTask<DatasetVersion> CommitAsync() => _store.NewDatasets(cache: _cache).CommitAsync("bike", DatasetChange.Folder(_source));
}
