using MLOps.Storage;
using MLOps.Storage.Chunks;

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
    public async Task Only_what_differs_is_written_and_a_dry_run_says_it_and_touches_nothing()
    {
        var version = await _data.CommitAsync("bike", DatasetChange.Whole().PutText("same", "1").PutText("other", "2").PutText("sub/new", "3"));
        Directory.CreateDirectory(Path.Combine(_target, "sub", "empty"));
        await File.WriteAllTextAsync(Path.Combine(_target, "same"), "1");
        await File.WriteAllTextAsync(Path.Combine(_target, "other"), "mine");
        await File.WriteAllTextAsync(Path.Combine(_target, "sub", "extra"), "mine");
        Directory.CreateSymbolicLink(Path.Combine(_target, "away"), Directory.CreateDirectory(Path.Combine(_store.Folder, "elsewhere")).FullName);
        await File.WriteAllTextAsync(Path.Combine(_store.Folder, "elsewhere", "theirs"), "x");
        var all = new DatasetRestoreOptions { Overwrite = true, RemoveOthers = true };
        var would = await _data.RestoreAsync(version, _target, all with { DryRun = true });
        Assert.Multiple(() =>
        {
            Assert.That((string.Join(' ', would.Added), string.Join(' ', would.Replaced), string.Join(' ', would.Removed), would.Unchanged, would.Bytes), Is.EqualTo(("sub/new", "other", "sub/extra", 1, 2)));
            Assert.That(File.ReadAllText(Path.Combine(_target, "other")), Is.EqualTo("mine"));
            Assert.That(File.Exists(Path.Combine(_target, "sub", "new")), Is.False);
        });
        Assert.ThrowsAsync<MLOpsConflictException>(async () => await _data.RestoreAsync(version, _target, new() { DryRun = true }), "a dry run is refused like the thing itself");
        var did = await _data.RestoreAsync(version, _target, all);
        var again = await _data.RestoreAsync(version, _target, all);
        Assert.Multiple(() =>
        {
            Assert.That(did, Has.Property(nameof(did.Replaced)).EqualTo(would.Replaced).And.Property(nameof(did.Removed)).EqualTo(would.Removed).And.Property(nameof(did.Added)).EqualTo(would.Added));
            Assert.That((again.IsEmpty, again.Unchanged), Is.EqualTo((true, 3)));
            Assert.That(File.Exists(Path.Combine(_store.Folder, "elsewhere", "theirs")), Is.True, "what lies behind a link is left alone");
            Assert.That(File.Exists(Path.Combine(_target, "sub", "extra")), Is.False);
        });
        var nowhere = Path.Combine(_store.Folder, "nowhere");
        Assert.That((await _data.RestoreAsync(version, nowhere, new() { DryRun = true })).Added, Has.Count.EqualTo(3));
        Assert.That(Directory.Exists(nowhere), Is.False);
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
    public async Task A_damaged_chunk_is_named_with_its_file_and_pack_and_no_wrong_byte_is_handed_out(int length)
    {
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        var version = await _data.CommitAsync("bike", DatasetChange.Whole().Put("a", bytes).PutText("b", "2"));
        var pack = await _store.DamageChunkAsync(Digest.Of(bytes.AsSpan(length - LastLength(bytes))));
        foreach (var act in new Func<Task>[] { async () => await ReadAsync(version, "a", bytes), async () => await _data.RestoreAsync(version, _target) })
        {
            var error = Assert.ThrowsAsync<MLOpsIntegrityException>(() => act());
            Assert.That((error!.Key, error.Expected), Is.EqualTo((pack, ChunkId.Of(bytes.AsSpan(length - LastLength(bytes))).ToString())));
            Assert.That(error.Message, Does.Contain(error.Key).And.Contain(error.Expected).And.Contain("'a'").And.Contain(version.ShortId()));
        }

        Assert.That(Directory.GetFiles(_target, "a*"), Is.Empty, "the file is not there");
        Assert.That(Directory.GetFiles(_target, ".*"), Is.Empty, "nor its temporary one");
        Assert.That(await _data.OpenAsync(version, "b").TextAsync(), Is.EqualTo("2"));
    }

    [Test]
    public async Task A_damaged_or_missing_list_of_files_is_an_integrity_error()
    {
        var version = await Commit(("a", "1"));
        var pack = await _store.DamageChunkAsync(version.Tree);
        Assert.That(Assert.ThrowsAsync<MLOpsIntegrityException>(async () => await _data.FilesAsync(version).ToListAsync())!.Key, Is.EqualTo(pack));
        await _store.Blobs.DeleteAsync(pack);
        Assert.That(Assert.ThrowsAsync<MLOpsIntegrityException>(async () => await _data.RestoreAsync(version, _target))!.Expected, Is.EqualTo(version.Tree.Hex));
    }

    [Test]
    public async Task A_missing_pack_is_an_integrity_error()
    {
        var version = await Commit(("a", "1"));
        await foreach (var blob in _store.Blobs.ListAsync("chunks/")) await _store.Blobs.DeleteAsync(blob.Key);
        foreach (var act in new Func<Task>[] { async () => await _data.OpenAsync(version, "a"), async () => await _data.RestoreAsync(version, _target) })
            Assert.That(Assert.ThrowsAsync<MLOpsIntegrityException>(() => act())!.Message, Does.Contain("missing").And.Contain(version.ShortId()));
    }

    [TestCase("../escape")]
    [TestCase("/etc/escape")]
    [TestCase("a/../../escape")]
    [TestCase("a\\..\\escape")]
    public async Task A_tree_of_a_hostile_store_cannot_leave_the_folder(string path)
    {
        var version = await CommitTree($"mlops-tree 2 0\nc {Digest.Of("x")} 1 {path}\n");
        Assert.ThrowsAsync<MLOpsIntegrityException>(async () => await _data.RestoreAsync(version, _target));
        Assert.That(Directory.GetFiles(_store.Folder, "*escape*", SearchOption.AllDirectories), Is.Empty);
    }

    [TestCase("nonsense")]
    [TestCase("")]
    [TestCase("mlops-tree 1\n")]
    [TestCase("mlops-tree 2 0\nc abc 1 a\n")]
    [TestCase("mlops-tree 2 0\nx 0000000000000000000000000000000000000000000000000000000000000000 1 a\n")]
    [TestCase("mlops-tree 2 0\nc 0000000000000000000000000000000000000000000000000000000000000000 -1 a\n")]
    [TestCase("mlops-tree 2 0\nc 0000000000000000000000000000000000000000000000000000000000000000 1 b\nc 0000000000000000000000000000000000000000000000000000000000000000 1 a\n")]
    [TestCase("mlops-tree 2 1\n0000000000000000000000000000000000000000000000000000000000000000 1 x\n")]
    public async Task A_chunk_that_is_no_list_of_files_is_an_integrity_error(string text)
    {
        var version = await CommitTree(text);
        Assert.ThrowsAsync<MLOpsIntegrityException>(async () => await _data.FilesAsync(version).ToListAsync());
    }

    [Test]
    public async Task A_list_that_leads_to_itself_or_to_something_else_ends_in_an_integrity_error()
    {
        var writer = new ChunkWriter(_store.Chunks, Compression.None);
        await using var _ = writer;
        var text = await writer.PutAsync("no list"u8.ToArray(), default);
        var list = await writer.PutAsync(ChunkList.Write(1, [new ChunkPart(text, 7)]), default);
        var deeper = await writer.PutAsync(ChunkList.Write(1, [new ChunkPart(list, 7)]), default);
        await writer.FlushAsync(default);
        foreach (var id in new[] { text, list, deeper })
        {
            var version = await CommitTree($"mlops-tree 2 0\nl {id} 7 a\n");
            Assert.ThrowsAsync<MLOpsIntegrityException>(async () => await _data.RestoreAsync(version, _target));
            Assert.ThrowsAsync<MLOpsIntegrityException>(async () => await _data.OpenAsync(version, "a"));
        }

        Assert.That(Content(), Is.Empty);
    }

    [Test]
    public async Task A_cancelled_restore_keeps_what_is_complete_and_nothing_half()
    {
        var files = Enumerable.Range(0, 50).Select(i => ($"f{i:00}", $"{i}")).ToArray();
        var version = await Commit(files);
        using var cancel = new CancellationTokenSource();
        Assert.CatchAsync<OperationCanceledException>(async () => await _data.RestoreAsync(version, _target, new() { Progress = new Canceller(cancel) }, cancel.Token));
        var whole = string.Join(' ', files.Select(f => $"{f.Item1}={f.Item2}"));
        Assert.That(Content().Split(' '), Is.SubsetOf(whole.Split(' ')).And.Length.InRange(1, 49));
        await _data.RestoreAsync(version, _target);
        Assert.That(Content(), Is.EqualTo(whole));
    }

    private ValueTask<DatasetVersion> Commit(params (string Path, string Text)[] files) =>
        _data.CommitAsync("bike", files.Aggregate(DatasetChange.Whole(), (change, file) => change.PutText(file.Path, file.Text)));

    /// <summary>A version whose tree is whatever a hostile store holds.</summary>
    private async Task<DatasetVersion> CommitTree(string text)
    {
        var writer = new ChunkWriter(_store.Chunks, Compression.None);
        await using (writer)
        {
            await writer.PutAsync("x"u8.ToArray(), default);
            var tree = await writer.PutAsync(System.Text.Encoding.UTF8.GetBytes(text), default);
            await writer.FlushAsync(default);
            return await Commit(("a", "1")) with { Tree = tree.ToDigest() };
        }
    }

    private static int LastLength(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > ChunkCutter.Next(bytes)) bytes = bytes[ChunkCutter.Next(bytes)..];
        return bytes.Length;
    }

    private async Task ReadAsync(DatasetVersion version, string path, byte[] expected)
    {
        await using var stream = await _data.OpenAsync(version, path);
        var read = new byte[expected.Length];
        for (int at = 0, count; (count = await stream.ReadAsync(read.AsMemory(at))) > 0; at += count)
            Assert.That(read.AsSpan(at, count).SequenceEqual(expected.AsSpan(at, count)), "a wrong byte was handed out");
    }

    private string Content() => Directory.Exists(_target)
        ? string.Join(' ', Directory.GetFiles(_target, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(f => $"{Path.GetRelativePath(_target, f)}={File.ReadAllText(f)}"))
        : "";

    private sealed class Canceller(CancellationTokenSource cancel) : IProgress<DatasetProgress>
    {
        public void Report(DatasetProgress value) => cancel.Cancel();
    }
}
