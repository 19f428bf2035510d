using MLOps.Storage;
using MLOps.Storage.Chunks;

namespace MLOps.Data;

public sealed class FolderCommitTests
{
    private TestStore _store = null!;
    private string _source = null!;

    [SetUp]
    public void Open()
    {
        _store = new TestStore(Backend.Embedded);
        _source = Path.Combine(_store.Folder, "in");
        _store.File("in/a", "1");
    }

    [TearDown]
    public async Task Close() => await _store.DisposeAsync();

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_symbolic_link_is_refused_and_not_followed(bool folder)
    {
        var secret = _store.File("secret/key", "s");
        if (folder) Directory.CreateSymbolicLink(Path.Combine(_source, "link"), Path.GetDirectoryName(secret)!);
        else File.CreateSymbolicLink(Path.Combine(_source, "link"), secret);
        var error = Assert.ThrowsAsync<MLOpsInvalidException>(async () => await Commit());
        Assert.That(error!.Message, Does.Contain("link").And.Contain("symbolic link"));
        Assert.That(await _store.AllAsync("dataset-versions"), Is.Empty);
    }

    [Test]
    public void A_link_that_leads_nowhere_is_refused_too()
    {
        File.CreateSymbolicLink(Path.Combine(_source, "link"), Path.Combine(_store.Folder, "nowhere"));
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await Commit());
    }

    [Test]
    public async Task A_version_without_files_must_be_meant()
    {
        var empty = Directory.CreateDirectory(Path.Combine(_store.Folder, "empty")).FullName;
        Assert.That(Assert.ThrowsAsync<MLOpsInvalidException>(async () => await _store.Datasets.CommitAsync("bike", DatasetChange.Folder(empty)))!.Message, Does.Contain(empty).And.Contain("AllowEmpty"));
        await _store.Datasets.CommitAsync("bike", DatasetChange.Whole().PutText("a", "1"));
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await _store.Datasets.CommitAsync("bike", DatasetChange.Edit().Remove("a")));
        Assert.That((await _store.Datasets.CommitAsync("bike", DatasetChange.Edit().Remove("a"), new() { AllowEmpty = true })).FileCount, Is.Zero);
    }

    [Test]
    public void A_missing_folder_and_a_missing_file_are_named()
    {
        Assert.That(Assert.ThrowsAsync<MLOpsInvalidException>(async () => await _store.Datasets.CommitAsync("bike", DatasetChange.Folder(_source + "x")))!.Message, Does.Contain(_source + "x"));
        Assert.That(Assert.ThrowsAsync<MLOpsInvalidException>(async () => await _store.Datasets.CommitAsync("bike", DatasetChange.Edit().PutFile("p", _source + "x")))!.Message, Does.Contain("'p'"));
    }

    [Test]
    public void A_file_name_that_breaks_the_rule_is_named()
    {
        if (OperatingSystem.IsWindows()) Assert.Ignore("This file system does not allow the name.");
        _store.File("in/a\\b", "1");
        Assert.That(Assert.ThrowsAsync<MLOpsInvalidException>(async () => await Commit())!.Message, Does.Contain("it holds '\\'"));
    }

    [Test]
    public async Task The_source_is_never_changed()
    {
        var file = Path.Combine(_source, "a");
        var old = new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(file, old);
        await Commit();
        Assert.That((Directory.GetFileSystemEntries(_source), File.GetLastWriteTimeUtc(file), File.ReadAllText(file)), Is.EqualTo((new[] { file }, old, "1")));
    }

    [Test]
    public async Task A_file_that_changes_once_while_it_is_read_is_read_again_and_one_that_goes_on_changing_is_refused()
    {
        // Longer than two packs: the second waits until the first was written, while the rest is still to be read.
        var bytes = new byte[(2 * PackFormat.Target) + (4 << 20)];
        new Random(1).NextBytes(bytes);
        var file = Path.Combine(_source, "a");
        File.WriteAllBytes(file, bytes);
        var changes = 1;
        var data = _store.NewDatasets(new Meddler(_store.Blobs, () =>
        {
            if (changes-- > 0) File.AppendAllText(file, "more");
        }), Compression.None);
        var version = await data.CommitAsync("bike", DatasetChange.Folder(_source));
        Assert.That((version.Length, changes), Is.EqualTo((bytes.Length + 4L, -1)).Or.EqualTo((bytes.Length + 4L, -2)));

        // Other bytes: what is stored already is not written again.
        new Random(2).NextBytes(bytes);
        File.WriteAllBytes(file, bytes);
        changes = int.MaxValue;
        Assert.That(Assert.ThrowsAsync<MLOpsInvalidException>(async () => await data.CommitAsync("bike", DatasetChange.Edit().PutFile("a", file)))!.Message, Does.Contain("changed while it was read"));
        Assert.That((await data.ResolveAsync("bike")).Id, Is.EqualTo(version.Id));
    }

    private ValueTask<DatasetVersion> Commit() => _store.Datasets.CommitAsync("bike", DatasetChange.Folder(_source));

    /// <summary>Meddles with the source whenever a blob is written.</summary>
    private sealed class Meddler(IBlobStore blobs, Action meddle) : IBlobStore
    {
        public ValueTask<bool> WriteAsync(string key, Stream content, Digest? expected = null, CancellationToken cancellationToken = default)
        {
            meddle();
            return blobs.WriteAsync(key, content, expected, cancellationToken);
        }

        public ValueTask<Stream> OpenAsync(string key, BlobRange? range = null, CancellationToken cancellationToken = default) => blobs.OpenAsync(key, range, cancellationToken);

        public ValueTask<BlobInfo?> StatAsync(string key, CancellationToken cancellationToken = default) => blobs.StatAsync(key, cancellationToken);

        public ValueTask<bool> DeleteAsync(string key, CancellationToken cancellationToken = default) => blobs.DeleteAsync(key, cancellationToken);

        public IAsyncEnumerable<BlobInfo> ListAsync(string prefix, CancellationToken cancellationToken = default) => blobs.ListAsync(prefix, cancellationToken);
    }
}
