using MLOps.Storage;

namespace MLOps.Data;

public sealed class DatasetRestoreTests
{
    private TestStore _store = null!;
    private IDatasetStore _data = null!;
    private string _target = null!;

    [SetUp]
    public void Open()
    {
        _store = new TestStore(Backend.Embedded);
        _data = _store.Datasets;
        _target = Path.Combine(_store.Folder, "out");
    }

    [TearDown]
    public async Task Close() => await _store.DisposeAsync();

    [Test]
    public async Task Equal_files_are_left_alone_and_foreign_files_too()
    {
        var version = await Commit(("a", "1"), ("b", "2"));
        var equal = _store.File("out/a", "1");
        var old = new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(equal, old);
        _store.File("out/other", "mine");
        await _data.RestoreAsync(version, _target);
        Assert.That((File.GetLastWriteTimeUtc(equal), Content()), Is.EqualTo((old, "a=1 b=2 other=mine")));
    }

    [Test]
    public async Task A_differing_file_stops_the_restore_before_anything_is_written_unless_it_may_be_replaced()
    {
        var version = await Commit(("a", "1"), ("z", "9"));
        _store.File("out/z", "7");
        Assert.That(Assert.ThrowsAsync<MLOpsConflictException>(async () => await _data.RestoreAsync(version, _target))!.Subjects, Is.EqualTo(new[] { "z" }));
        Assert.That(Content(), Is.EqualTo("z=7"));
        await _data.RestoreAsync(version, _target, new() { Overwrite = true });
        Assert.That(Content(), Is.EqualTo("a=1 z=9"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_linked_folder_in_the_target_is_never_followed(bool overwrite)
    {
        var version = await Commit(("0", "0"), ("sub/a", "1"));
        var outside = Directory.CreateDirectory(Path.Combine(_store.Folder, "outside")).FullName;
        Directory.CreateDirectory(_target);
        Directory.CreateSymbolicLink(Path.Combine(_target, "sub"), outside);
        Assert.That(Assert.ThrowsAsync<MLOpsInvalidException>(async () => await _data.RestoreAsync(version, _target, new() { Overwrite = overwrite }))!.Message, Does.Contain("symbolic link"));
        Assert.That(Directory.GetFileSystemEntries(outside), Is.Empty);
        Assert.That(File.Exists(Path.Combine(_target, "0")), Is.False);
    }

    [Test]
    public async Task A_link_in_the_place_of_a_file_is_replaced_not_written_through()
    {
        var version = await Commit(("a", "1"));
        var outside = _store.File("outside/file", "1");
        Directory.CreateDirectory(_target);
        File.CreateSymbolicLink(Path.Combine(_target, "a"), outside);
        Assert.ThrowsAsync<MLOpsConflictException>(async () => await _data.RestoreAsync(version, _target));
        File.WriteAllText(outside, "precious");
        await _data.RestoreAsync(version, _target, new() { Overwrite = true });
        Assert.That((File.ReadAllText(outside), new FileInfo(Path.Combine(_target, "a")).LinkTarget, Content()), Is.EqualTo(("precious", (string?)null, "a=1")));
    }

    [Test]
    public async Task A_link_that_leads_nowhere_in_the_place_of_a_file_is_a_conflict()
    {
        var version = await Commit(("a", "1"));
        Directory.CreateDirectory(_target);
        File.CreateSymbolicLink(Path.Combine(_target, "a"), Path.Combine(_store.Folder, "nowhere"));
        Assert.ThrowsAsync<MLOpsConflictException>(async () => await _data.RestoreAsync(version, _target));
        await _data.RestoreAsync(version, _target, new() { Overwrite = true });
        Assert.That((Content(), File.Exists(Path.Combine(_store.Folder, "nowhere"))), Is.EqualTo(("a=1", false)));
    }

    [Test]
    public async Task File_and_folder_in_each_others_place_are_a_conflict_even_with_overwrite()
    {
        var version = await Commit(("a/b", "1"), ("c", "2"));
        _store.File("out/a", "file");
        Assert.ThrowsAsync<MLOpsConflictException>(async () => await _data.RestoreAsync(version, _target, new() { Overwrite = true }));
        File.Delete(Path.Combine(_target, "a"));
        Directory.CreateDirectory(Path.Combine(_target, "c"));
        Assert.ThrowsAsync<MLOpsConflictException>(async () => await _data.RestoreAsync(version, _target, new() { Overwrite = true }));
        Assert.That(Content(), Is.Empty);
    }

    [TestCase(10)]
    [TestCase(3_000_000)]
    public async Task A_damaged_blob_is_named_with_its_hash_and_no_wrong_byte_is_handed_out(int length)
    {
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        var version = await _data.CommitAsync("bike", DatasetChange.Whole().Put("a", bytes).PutText("b", "2"));
        _store.Damage(Digest.Of(bytes));
        foreach (var act in new Func<Task>[] { async () => await _data.OpenAsync(version, "a"), async () => await _data.RestoreAsync(version, _target) })
        {
            var error = Assert.ThrowsAsync<MLOpsIntegrityException>(() => act());
            Assert.That((error!.Key, error.Expected), Is.EqualTo((ContentStore.Key(Digest.Of(bytes)), Digest.Of(bytes).Hex)));
            Assert.That(error.Message, Does.Contain(error.Key).And.Contain(error.Expected));
        }

        Assert.That(Directory.GetFiles(_target), Is.Empty, "neither the file nor its temporary one is there");
        Assert.That(await _data.OpenAsync(version, "b").TextAsync(), Is.EqualTo("2"));
    }

    [Test]
    public async Task A_damaged_or_missing_list_of_files_is_an_integrity_error()
    {
        var version = await Commit(("a", "1"));
        _store.Damage(version.Tree);
        Assert.That(Assert.ThrowsAsync<MLOpsIntegrityException>(async () => await _data.FilesAsync(version).ToListAsync())!.Key, Is.EqualTo(ContentStore.Key(version.Tree)));
        await _store.Blobs.DeleteAsync(ContentStore.Key(version.Tree));
        Assert.That(Assert.ThrowsAsync<MLOpsIntegrityException>(async () => await _data.RestoreAsync(version, _target))!.Key, Is.EqualTo(ContentStore.Key(version.Tree)));
        await _store.Blobs.DeleteAsync(ContentStore.Key(Digest.Of("1")));
    }

    [Test]
    public async Task A_missing_blob_is_an_integrity_error()
    {
        var version = await Commit(("a", "1"));
        await _store.Blobs.DeleteAsync(ContentStore.Key(Digest.Of("1")));
        foreach (var act in new Func<Task>[] { async () => await _data.OpenAsync(version, "a"), async () => await _data.RestoreAsync(version, _target) })
            Assert.That(Assert.ThrowsAsync<MLOpsIntegrityException>(() => act())!.Expected, Is.EqualTo(Digest.Of("1").Hex));
    }

    [TestCase("../escape")]
    [TestCase("/etc/escape")]
    [TestCase("a/../../escape")]
    [TestCase("a\\..\\escape")]
    public async Task A_tree_of_a_hostile_store_cannot_leave_the_folder(string path)
    {
        var stored = await _store.Content.PutAsync("x"u8.ToArray(), default);
        var tree = await _store.Content.PutAsync(System.Text.Encoding.UTF8.GetBytes($"mlops-tree 1\n{stored.Digest} 1 {path}\n"), default);
        var version = (await Commit(("a", "1"))) with { Tree = tree.Digest };
        Assert.ThrowsAsync<MLOpsIntegrityException>(async () => await _data.RestoreAsync(version, _target));
        Assert.That(Directory.GetFiles(_store.Folder, "*escape*", SearchOption.AllDirectories), Is.Empty);
    }

    [TestCase("nonsense")]
    [TestCase("mlops-tree 2\n")]
    [TestCase("mlops-tree 1\nabc 1 a\n")]
    [TestCase("mlops-tree 1\n0000000000000000000000000000000000000000000000000000000000000000 -1 a\n")]
    [TestCase("mlops-tree 1\n0000000000000000000000000000000000000000000000000000000000000000 1 b\n0000000000000000000000000000000000000000000000000000000000000000 1 a\n")]
    public async Task A_blob_that_is_no_list_of_files_is_an_integrity_error(string text)
    {
        var tree = await _store.Content.PutAsync(System.Text.Encoding.UTF8.GetBytes(text), default);
        var version = (await Commit(("a", "1"))) with { Tree = tree.Digest };
        Assert.ThrowsAsync<MLOpsIntegrityException>(async () => await _data.FilesAsync(version).ToListAsync());
    }

    [Test]
    public async Task A_cancelled_restore_keeps_what_is_complete_and_nothing_half()
    {
        var version = await Commit(("a", "1"), ("b", "2"), ("c", "3"));
        using var cancel = new CancellationTokenSource();
        Assert.CatchAsync<OperationCanceledException>(async () => await _data.RestoreAsync(version, _target, new() { Progress = new Canceller(cancel) }, cancel.Token));
        Assert.That(Content(), Is.EqualTo("a=1"));
        await _data.RestoreAsync(version, _target);
        Assert.That(Content(), Is.EqualTo("a=1 b=2 c=3"));
    }

    private ValueTask<DatasetVersion> Commit(params (string Path, string Text)[] files) =>
        _data.CommitAsync("bike", files.Aggregate(DatasetChange.Whole(), (change, file) => change.PutText(file.Path, file.Text)));

    private string Content() => Directory.Exists(_target)
        ? string.Join(' ', Directory.GetFiles(_target, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(f => $"{Path.GetRelativePath(_target, f)}={File.ReadAllText(f)}"))
        : "";

    private sealed class Canceller(CancellationTokenSource cancel) : IProgress<DatasetProgress>
    {
        public void Report(DatasetProgress value) => cancel.Cancel();
    }
}
