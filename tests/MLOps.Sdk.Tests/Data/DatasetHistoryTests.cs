namespace MLOps.Data;

/// <summary>Branches, merges, rollbacks, times and differences.</summary>
[TestFixture(Backend.Memory)]
[TestFixture(Backend.Embedded)]
public sealed class DatasetHistoryTests(Backend backend)
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
    public async Task Eight_concurrent_committers_with_disjoint_paths_all_succeed_and_nothing_is_lost()
    {
        await _data.CommitAsync("bike", DatasetChange.Whole().PutText("start", "0"));
        var together = new Together(8);
        var versions = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            var change = i % 2 == 0 ? DatasetChange.Edit() : DatasetChange.Whole().PutText("start", "0");
            return await _store.NewDatasets().CommitAsync("bike", change.Put($"f{i}", () => together.Wait($"{i}")));
        })));
        var head = await _data.ResolveAsync("bike");
        Assert.That(await _data.FilesAsync(head).Select(f => f.Path).ToListAsync(), Is.EqualTo(Enumerable.Range(0, 8).Select(i => $"f{i}").Append("start")));
        Assert.That((await _data.LogAsync("bike").Select(v => v.Id).ToListAsync())[..8], Is.EquivalentTo(versions.Select(v => v.Id)));
    }

    [Test]
    public async Task Of_eight_concurrent_committers_of_the_same_path_one_wins_and_the_others_are_told_the_path()
    {
        await _data.CommitAsync("bike", DatasetChange.Whole().PutText("f", "0"));
        var together = new Together(8);
        var results = await Task.WhenAll(Enumerable.Range(1, 8).Select(i => Task.Run(async () =>
        {
            try
            {
                await _store.NewDatasets().CommitAsync("bike", DatasetChange.Edit().Put("f", () => together.Wait($"{i}")));
                return null;
            }
            catch (MLOpsConflictException conflict)
            {
                return conflict;
            }
        })));
        Assert.That(results.Count(r => r is null), Is.EqualTo(1));
        Assert.That(results.OfType<MLOpsConflictException>().Select(c => c.Subjects.Single()), Has.All.EqualTo("f"));
        Assert.That(await _data.LogAsync("bike").CountAsync(), Is.EqualTo(2));
    }

    [Test]
    public async Task A_branch_goes_its_own_way_and_a_merge_brings_it_back()
    {
        var start = await Commit("main", ("a", "1"), ("b", "1"), ("c", "1"));
        await _data.BranchAsync(start, "side");
        var side = await Edit("side", ("a", "2"), ("new", "3"));
        Assert.That((await _data.ResolveAsync("bike")).Id, Is.EqualTo(start.Id));
        var main = await Edit("main", ("b", "9"));
        var merged = await _data.MergeAsync(await _data.ResolveAsync("bike@side"));
        Assert.That(merged.Parents, Is.EqualTo(new[] { main.Id, side.Id }));
        Assert.That(await Content(merged), Is.EqualTo("a=2 b=9 c=1 new=3"));
        Assert.That((await _data.LogAsync("bike").Select(v => v.Id).ToListAsync()), Is.EqualTo(new[] { merged.Id, main.Id, start.Id }));
        Assert.That((await _data.MergeAsync(side)).Id, Is.EqualTo(merged.Id), "it has all of it");
        Assert.That((await _data.MergeAsync(merged, new() { Branch = "side" })).Id, Is.EqualTo(merged.Id), "the branch only moves forward");
        Assert.That((await _data.ResolveAsync("bike@side")).Id, Is.EqualTo(merged.Id));
        Assert.That((await _data.ListAsync().ToListAsync()).Single().Branches.Keys, Is.EquivalentTo(new[] { "main", "side" }));

        // A second round of both begins from the merge, not from the old start.
        await Edit("side", ("c", "7"));
        await Edit("main", ("a", "8"));
        Assert.That(await Content(await _data.MergeAsync(await _data.ResolveAsync("bike@side"))), Is.EqualTo("a=8 b=9 c=7 new=3"));
    }

    [Test]
    public async Task A_merge_of_paths_that_both_changed_differently_lists_them_and_changes_nothing()
    {
        var start = await Commit("main", ("a", "1"), ("b", "1"), ("c", "1"), ("same", "1"));
        await _data.BranchAsync(start, "side");
        var side = await _data.CommitAsync("bike", DatasetChange.Edit().PutText("a", "2").Remove("b").PutText("same", "2"), new() { Branch = "side" });
        var main = await Edit("main", ("a", "3"), ("b", "3"), ("same", "2"));
        var error = Assert.ThrowsAsync<MLOpsConflictException>(async () => await _data.MergeAsync(side));
        Assert.That(error!.Subjects, Is.EqualTo(new[] { "a", "b" }));
        Assert.That((await _data.ResolveAsync("bike")).Id, Is.EqualTo(main.Id));
        await _data.CommitAsync("bike", DatasetChange.Edit().PutText("x/y", "1"));
        await _data.BranchAsync(start, "third");
        await Edit("third", ("x", "file"));
        Assert.ThrowsAsync<MLOpsConflictException>(async () => await _data.MergeAsync(await _data.ResolveAsync("bike@third")));
    }

    [Test]
    public async Task A_rollback_is_a_new_version_with_the_old_files()
    {
        var first = await Commit("main", ("a", "1"));
        var second = await Edit("main", ("a", "2"), ("b", "2"));
        var back = await _data.RollbackAsync(first);
        Assert.That((back.Tree, back.Parents.Single(), back.FileCount, back.Length), Is.EqualTo((first.Tree, second.Id, 1L, 1L)));
        Assert.That((await _data.ResolveAsync("bike")).Id, Is.EqualTo(back.Id));
        Assert.That(await _data.LogAsync("bike").CountAsync(), Is.EqualTo(3));
    }

    [Test]
    public async Task A_time_names_what_main_held_then()
    {
        var start = _store.Time.GetUtcNow();
        var first = await Commit("main", ("a", "1"));
        _store.Time.Advance(TimeSpan.FromDays(2));
        var second = await Edit("main", ("a", "2"));
        Assert.That((await _data.ResolveAsync($"bike@{start.UtcDateTime:yyyy-MM-dd}")).Id, Is.EqualTo(first.Id));
        Assert.That((await _data.ResolveAsync($"bike@{start.AddDays(1).UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}")).Id, Is.EqualTo(first.Id));
        Assert.That((await _data.ResolveAsync($"bike@{start.AddDays(2).UtcDateTime:yyyy-MM-dd}")).Id, Is.EqualTo(second.Id));
        Assert.That(Assert.ThrowsAsync<MLOpsNotFoundException>(async () => await _data.ResolveAsync("bike@1999-01-01"))!.Message, Does.Contain("had no version"));
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await _data.ResolveAsync("bike@1999-01-01T25:00"));
    }

    [Test]
    public async Task A_difference_tells_added_modified_removed_and_renamed_with_reused_and_new_bytes()
    {
        var bytes = new byte[1_000_000];
        new Random(1).NextBytes(bytes);
        var from = await _data.CommitAsync("bike", DatasetChange.Whole().Put("big", bytes).PutText("gone", "x").PutText("old/name", "moved").PutText("same", "s"));
        bytes[500_000] ^= 1;
        var to = await _data.CommitAsync("bike", DatasetChange.Whole().Put("big", bytes).PutText("added", "y").PutText("new/name", "moved").PutText("same", "s"));
        var diff = await _data.DiffAsync(from, to);
        Assert.Multiple(() =>
        {
            Assert.That(diff.Added.Select(f => f.Path), Is.EqualTo(new[] { "added" }));
            Assert.That(diff.Removed.Select(f => f.Path), Is.EqualTo(new[] { "gone" }));
            Assert.That(diff.Renamed.Select(r => (r.From, r.To.Path)), Is.EqualTo(new[] { ("old/name", "new/name") }));
            var big = diff.Modified.Single();
            Assert.That((big.Before.Path, big.ReusedBytes + big.NewBytes), Is.EqualTo(("big", 1_000_000L)));
            Assert.That(big.NewBytes, Is.InRange(1, 256 << 10));
            Assert.That(diff.IsEmpty, Is.False);
        });
        Assert.That((await _data.DiffAsync(to, to)).IsEmpty, Is.True);
    }

    [Test]
    public async Task A_version_says_where_it_came_from_and_its_id_covers_that()
    {
        var source = new DatasetSource { Origin = "https://example.org/rentals", Query = "year=2011", Licence = "CC-BY-4.0", RetrievedAt = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero) };
        var version = await _data.CommitAsync("bike", DatasetChange.Whole().PutText("a", "1"), new() { Source = source, CodeVersion = "4f0c" });
        var found = await _data.ResolveAsync("bike");
        Assert.That((found.Source, found.CodeVersion), Is.EqualTo((source, "4f0c")));
        Assert.That(DatasetVersionId.Of(found), Is.EqualTo(version.Id));
        Assert.That(DatasetVersionId.Of(found with { Source = source with { Licence = "other" } }), Is.Not.EqualTo(version.Id));
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await _data.CommitAsync("bike", DatasetChange.Edit().PutText("a", "2"), new() { Source = source with { Query = new string('x', 5000) } }));
    }

    [Test]
    public async Task Branches_are_made_moved_and_forgotten_by_rule()
    {
        var first = await Commit("main", ("a", "1"));
        var second = await Edit("main", ("a", "2"));
        Assert.ThrowsAsync<MLOpsNotFoundException>(async () => await Edit("side", ("a", "3")));
        await _data.BranchAsync(first, "side");
        await _data.BranchAsync(first, "side");
        Assert.ThrowsAsync<MLOpsConflictException>(async () => await _data.BranchAsync(second, "side"));
        await _data.BranchAsync(second, "side", move: true);
        Assert.That((await _data.ResolveAsync("bike@side")).Id, Is.EqualTo(second.Id));
        await _data.ForgetAsync("bike", "side");
        Assert.ThrowsAsync<MLOpsNotFoundException>(async () => await _data.ResolveAsync("bike@side"));
        Assert.ThrowsAsync<MLOpsNotFoundException>(async () => await _data.ForgetAsync("bike", "side"));
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await _data.ForgetAsync("bike", "main"));
        await _data.TagAsync(first, "t");
        await _data.ForgetAsync("bike", "t");
        Assert.ThrowsAsync<MLOpsNotFoundException>(async () => await _data.ResolveAsync("bike@t"));
    }

    private ValueTask<DatasetVersion> Commit(string branch, params (string Path, string Text)[] files) =>
        _data.CommitAsync("bike", files.Aggregate(DatasetChange.Whole(), (c, f) => c.PutText(f.Path, f.Text)), new() { Branch = branch });

    private ValueTask<DatasetVersion> Edit(string branch, params (string Path, string Text)[] files) =>
        _data.CommitAsync("bike", files.Aggregate(DatasetChange.Edit(), (c, f) => c.PutText(f.Path, f.Text)), new() { Branch = branch });

    private async Task<string> Content(DatasetVersion version)
    {
        var texts = new List<string>();
        await foreach (var file in _data.FilesAsync(version)) texts.Add($"{file.Path}={await _data.OpenAsync(version, file.Path).TextAsync()}");
        return string.Join(' ', texts);
    }

    /// <summary>Lets commits begin on one head: each waits, while its data is read, until all have read it.</summary>
    private sealed class Together(int count)
    {
        private readonly TaskCompletionSource _all = new();
        private int _waiting = count;

        public MemoryStream Wait(string text)
        {
            if (Interlocked.Decrement(ref _waiting) == 0) _all.TrySetResult();
            if (!_all.Task.Wait(TimeSpan.FromSeconds(60))) throw new TimeoutException("The others did not come.");
            return new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));
        }
    }
}
