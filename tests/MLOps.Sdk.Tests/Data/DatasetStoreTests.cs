namespace MLOps.Data;

[TestFixture(Backend.Memory)]
[TestFixture(Backend.Embedded)]
public sealed class DatasetStoreTests(Backend backend)
{
    private TestStore _store = null!;
    private IDatasetStore _data = null!;

    [SetUp]
    public void Open()
    {
        _store = new TestStore(backend);
        _data = _store.Datasets;
    }

    [TearDown]
    public async Task Close() => await _store.DisposeAsync();

    [Test]
    public async Task A_folder_is_committed_resolved_read_and_restored_byte_for_byte()
    {
        _store.File("in/b.csv", "b");
        _store.File("in/a/deep/ü 1.csv", "äöü\n");
        _store.File("in/a.csv", "");
        var progress = new List<DatasetProgress>();
        var version = await _data.CommitAsync("bike", DatasetChange.Folder(Path.Combine(_store.Folder, "in")), new() { Message = "first", Progress = new Collector(progress), Metadata = new Dictionary<string, string> { ["source"] = "station" } });

        Assert.Multiple(async () =>
        {
            Assert.That(version.Id, Does.Match("^[0-9a-f]{64}$"));
            Assert.That((version.FileCount, version.Length, version.Author, version.Message, version.Parents.Count), Is.EqualTo((3L, 8L, "tester", "first", 0)));
            Assert.That(progress.Select(p => p.Path), Is.EquivalentTo(new[] { "a.csv", "a/deep/ü 1.csv", "b.csv" }));
            Assert.That(progress.Select(p => (p.Files, p.TotalFiles)), Is.EqualTo(new[] { (1L, 3L), (2L, 3L), (3L, 3L) }));
            Assert.That(progress.Select(p => p.Bytes), Is.Ordered);
            Assert.That(progress[^1].Bytes, Is.EqualTo(8));
            Assert.That((await _data.FilesAsync(version).ToListAsync()).Select(f => f.Path), Is.EqualTo(new[] { "a.csv", "a/deep/ü 1.csv", "b.csv" }));
            foreach (var reference in new[] { "bike", $"bike@{version.Id}", version.Id, version.Id[..8], $"bike@{version.ShortId()}", version.Id[..10].ToUpperInvariant() })
            {
                var found = await _data.ResolveAsync(reference);
                Assert.That(found.Id, Is.EqualTo(version.Id), reference);
                Assert.That((found.Tree, found.CreatedAt, found.Metadata["source"]), Is.EqualTo((version.Tree, version.CreatedAt, "station")), reference);
                Assert.That(DatasetVersionId.Of(found), Is.EqualTo(version.Id), "the id is recomputed from what was read");
            }

            Assert.That(await _data.OpenAsync(version, "a/deep/ü 1.csv").TextAsync(), Is.EqualTo("äöü\n"));
        });

        var output = Path.Combine(_store.Folder, "out", "new");
        await _data.RestoreAsync(version, output);
        Assert.That(Directory.GetFiles(output, "*", SearchOption.AllDirectories).Select(f => (Path.GetRelativePath(output, f), File.ReadAllText(f))).Order(),
            Is.EqualTo(new[] { ("a.csv", ""), ("a/deep/ü 1.csv", "äöü\n"), ("b.csv", "b") }));
    }

    [Test]
    public async Task Equal_content_under_the_same_head_gives_the_head_back()
    {
        var first = await _data.CommitAsync("bike", DatasetChange.Whole().PutText("a", "1").PutText("b", "2"), new() { Message = "one" });
        var again = await _data.CommitAsync("bike", DatasetChange.Whole().PutText("b", "2").PutText("a", "1"), new() { Message = "two" });
        var edit = await _data.CommitAsync("bike", DatasetChange.Edit().PutText("a", "1"));
        Assert.That((again.Id, edit.Id), Is.EqualTo((first.Id, first.Id)));
        Assert.That(await _store.AllAsync("dataset-versions"), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task An_edit_keeps_the_other_files_and_the_log_goes_back_to_the_first()
    {
        var first = await _data.CommitAsync("bike", DatasetChange.Whole().PutText("a", "1").PutText("b", "2"));
        var second = await _data.CommitAsync("bike", DatasetChange.Edit().PutText("c", "3").Remove("a").PutText("c", "4"));
        Assert.Multiple(async () =>
        {
            Assert.That(second.Parents, Is.EqualTo(new[] { first.Id }));
            Assert.That((await _data.FilesAsync(second).ToListAsync()).Select(f => f.Path), Is.EqualTo(new[] { "b", "c" }));
            Assert.That(await _data.OpenAsync(second, "c").TextAsync(), Is.EqualTo("4"));
            Assert.That((await _data.LogAsync("bike").ToListAsync()).Select(v => v.Id), Is.EqualTo(new[] { second.Id, first.Id }));
            Assert.That((await _data.LogAsync(first.Id).ToListAsync()).Select(v => v.Id), Is.EqualTo(new[] { first.Id }));
            var missing = Assert.ThrowsAsync<MLOpsNotFoundException>(async () => await _data.CommitAsync("bike", DatasetChange.Edit().Remove("zzz")));
            Assert.That(missing!.Message, Does.Contain("'zzz'").And.Contain("'b'"));
        });
    }

    [Test]
    public async Task One_commit_writes_version_head_and_lineage()
    {
        var raw = await _data.CommitAsync("raw", DatasetChange.Whole().PutText("a", "1"));
        var clean = await _data.CommitAsync("clean", DatasetChange.Whole().PutText("a", "2"), new() { Inputs = [EntityRef.Dataset(raw.Id), EntityRef.Run("r")] });
        Assert.Multiple(async () =>
        {
            Assert.That((await _store.AllAsync("lineage")).Select(r => (r.Fields["source"].Text, r.Fields["target"].Text)),
                Is.EquivalentTo(new[] { ($"dataset:{raw.Id}", $"dataset:{clean.Id}"), ("run:r", $"dataset:{clean.Id}") }));
            Assert.That((await _data.ResolveAsync("clean")).Inputs, Is.EqualTo(clean.Inputs));
        });
    }

    [Test]
    public async Task A_tag_stays_where_it_was_put_unless_it_is_moved()
    {
        var first = await _data.CommitAsync("bike", DatasetChange.Whole().PutText("a", "1"));
        var second = await _data.CommitAsync("bike", DatasetChange.Whole().PutText("a", "2"));
        await _data.TagAsync(first, "2011");
        await _data.TagAsync(first, "2011");
        Assert.ThrowsAsync<MLOpsConflictException>(async () => await _data.TagAsync(second, "2011"));
        Assert.That((await _data.ResolveAsync("bike@2011")).Id, Is.EqualTo(first.Id));
        await _data.TagAsync(second, "2011", move: true);
        await _data.TagAsync(first, "old");
        var listed = (await _data.ListAsync().ToListAsync()).Single();
        Assert.That((listed.Name, listed.Head, listed.Tags["2011"], listed.Tags["old"]), Is.EqualTo(("bike", second.Id, second.Id, first.Id)));
        Assert.ThrowsAsync<MLOpsNotFoundException>(async () => await _data.TagAsync(first with { Id = new string('0', 64) }, "x"));
    }

    [Test]
    public async Task What_does_not_exist_is_told_with_what_does()
    {
        Assert.That(Assert.ThrowsAsync<MLOpsNotFoundException>(async () => await _data.ResolveAsync("bike"))!.Message, Does.Contain("no datasets yet"));
        var version = await _data.CommitAsync("bike", DatasetChange.Whole().PutText("a.csv", "1"));
        Assert.That(Assert.ThrowsAsync<MLOpsNotFoundException>(async () => await _data.ResolveAsync("bke"))!.Message, Does.Contain("'bike'"));
        Assert.That(Assert.ThrowsAsync<MLOpsNotFoundException>(async () => await _data.ResolveAsync("bike@2011"))!.Message, Does.Contain("no tags"));
        await _data.TagAsync(version, "2012");
        Assert.That(Assert.ThrowsAsync<MLOpsNotFoundException>(async () => await _data.ResolveAsync("bike@2011"))!.Message, Does.Contain("'2012'"));
        Assert.That(Assert.ThrowsAsync<MLOpsNotFoundException>(async () => await _data.ResolveAsync("other@2012"))!.Message, Does.Contain("'bike'"));
        Assert.That(Assert.ThrowsAsync<MLOpsNotFoundException>(async () => await _data.ResolveAsync("0123456789abcdef"))!.Message, Does.Contain("'bike'"));
        Assert.That(Assert.ThrowsAsync<MLOpsNotFoundException>(async () => await _data.OpenAsync(version, "b.csv"))!.Message, Does.Contain("'a.csv'"));
    }

    [TestCase("../x")]
    [TestCase("a/../../b")]
    [TestCase("a\u0001b")]
    [TestCase("")]
    [TestCase(" x")]
    [TestCase("a\\b")]
    public void Hostile_names_are_refused_with_the_rule(string name)
    {
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await _data.CommitAsync(name, DatasetChange.Whole().PutText("a", "1")));
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await _data.ResolveAsync(name));
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await _data.ResolveAsync("bike@" + name));
    }

    [Test]
    public async Task Huge_and_unkeepable_names_and_messages_are_refused_with_a_short_message()
    {
        var huge = new string('x', 10_000_000);
        foreach (var act in new Func<Task>[]
        {
            async () => await _data.CommitAsync(huge, DatasetChange.Whole().PutText("a", "1")),
            async () => await _data.ResolveAsync(huge),
            async () => await _data.ResolveAsync("lone \uD800"),
            async () => await _data.CommitAsync("bike", DatasetChange.Whole().PutText("a", "1"), new() { Message = huge }),
            async () => await _data.CommitAsync(new string('漢', 200), DatasetChange.Whole().PutText("a", "1")),
        })
            Assert.That(Assert.ThrowsAsync<MLOpsInvalidException>(() => act())!.Message, Has.Length.LessThan(400));
        Assert.That(await _data.ListAsync().ToListAsync(), Is.Empty);
    }

    [Test]
    public async Task An_expected_head_that_moved_is_a_conflict_and_nothing_changes()
    {
        var first = await _data.CommitAsync("bike", DatasetChange.Whole().PutText("a", "1"), new() { ExpectedHead = "" });
        var second = await _data.CommitAsync("bike", DatasetChange.Whole().PutText("a", "2"), new() { ExpectedHead = first.Id });
        Assert.ThrowsAsync<MLOpsConflictException>(async () => await _data.CommitAsync("bike", DatasetChange.Whole().PutText("a", "3"), new() { ExpectedHead = first.Id }));
        Assert.ThrowsAsync<MLOpsConflictException>(async () => await _data.CommitAsync("bike", DatasetChange.Whole().PutText("a", "3"), new() { ExpectedHead = "" }));
        Assert.ThrowsAsync<MLOpsConflictException>(async () => await _data.CommitAsync("other", DatasetChange.Whole().PutText("a", "3"), new() { ExpectedHead = first.Id }));
        Assert.That((await _data.ResolveAsync("bike")).Id, Is.EqualTo(second.Id));
    }

    [Test]
    public async Task Concurrent_edits_of_one_dataset_all_land_in_one_line()
    {
        await Task.WhenAll(Enumerable.Range(0, 24).Select(i => Task.Run(async () => await _store.NewDatasets().CommitAsync("bike", DatasetChange.Edit().PutText($"f{i:00}", $"{i}")))));
        var log = await _data.LogAsync("bike").ToListAsync();
        Assert.That(log.Select(v => v.FileCount), Is.EqualTo(Enumerable.Range(1, 24).Reverse()));
        Assert.That(await _data.FilesAsync(log[0]).ToListAsync(), Has.Count.EqualTo(24));
    }

    [Test]
    public async Task Of_two_who_expect_the_same_head_one_wins()
    {
        var head = await _data.CommitAsync("bike", DatasetChange.Whole().PutText("a", "0"));
        var results = await Task.WhenAll(Enumerable.Range(1, 8).Select(i => Task.Run(async () =>
        {
            try
            {
                await _data.CommitAsync("bike", DatasetChange.Whole().PutText("a", $"{i}"), new() { ExpectedHead = head.Id });
                return true;
            }
            catch (MLOpsConflictException)
            {
                return false;
            }
        })));
        Assert.That(results.Count(won => won), Is.EqualTo(1));
        Assert.That(await _data.LogAsync("bike").ToListAsync(), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_cancelled_commit_leaves_no_version()
    {
        using var cancel = new CancellationTokenSource();
        var progress = new Collector([], p => cancel.Cancel());
        Assert.CatchAsync<OperationCanceledException>(async () => await _data.CommitAsync("bike", DatasetChange.Whole().PutText("a", "1").PutText("b", "2"), new() { Progress = progress }, cancel.Token));
        Assert.CatchAsync<OperationCanceledException>(async () => await _data.CommitAsync("bike", DatasetChange.Whole(), null, cancel.Token));
        foreach (var collection in new[] { "datasets", "dataset-versions", "dataset-refs", "lineage", "pins" }) Assert.That(await _store.AllAsync(collection), Is.Empty, collection);
    }

    [Test]
    public void A_path_that_is_file_and_folder_at_once_is_refused() =>
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await _data.CommitAsync("bike", DatasetChange.Whole().PutText("a", "1").PutText("a-b", "1").PutText("a/b", "2")));

    private sealed class Collector(List<DatasetProgress> into, Action<DatasetProgress>? then = null) : IProgress<DatasetProgress>
    {
        public void Report(DatasetProgress value)
        {
            into.Add(value);
            then?.Invoke(value);
        }
    }
}
