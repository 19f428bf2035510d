using MLOps.Storage;
using MLOps.Storage.Chunks;

namespace MLOps.Data.Upkeep;

[TestFixture(Backend.Memory)]
[TestFixture(Backend.Embedded)]
public sealed class CollectionTests(Backend backend)
{
    private static readonly CollectionOptions s_now = new() { Grace = TimeSpan.Zero };

    private TestStore _store = null!;
    private IDatasetStore _data = null!;
    private DatasetUpkeep _upkeep = null!;

    [SetUp]
    public void Open()
    {
        _store = new TestStore(backend);
        _data = _store.Datasets;
        _upkeep = _store.NewUpkeep();
    }

    [TearDown]
    public async Task Close() => await _store.DisposeAsync();

    [Test]
    public async Task Nothing_that_a_branch_a_tag_its_history_or_a_run_needs_is_ever_collected()
    {
        var first = await Commit("1");
        await Commit("2");
        var tagged = await OnBranch(first, "side", "3");
        await _data.TagAsync(tagged, "kept");
        var used = await OnBranch(first, "other", "4");
        await using (var run = await _store.Tracker.StartRunAsync("e", new() { Datasets = [used] })) await run.CompleteAsync();
        await _data.ForgetAsync("bike", "side");
        await _data.ForgetAsync("bike", "other");
        var report = await _upkeep.CollectAsync(s_now);
        Assert.That((report.DeletedPacks, report.CollectedVersions.Count), Is.EqualTo((0, 0)));
        foreach (var version in new[] { first, tagged, used }) Assert.That(await _data.OpenAsync(version, "f").TextAsync(), Is.Not.Empty);
    }

    [Test]
    public async Task What_nothing_leads_to_goes_and_its_record_stays()
    {
        var first = await Commit("1");
        var lost = await OnBranch(first, "side", "3");
        await _data.ForgetAsync("bike", "side");
        var plan = await _upkeep.PlanCollectionAsync();
        Assert.That((plan.Packs, plan.UnneededPacks, plan.UnneededVersions.Single()), Is.EqualTo((2, 1, lost.Id)));
        Assert.That((await Packs()).Count, Is.EqualTo(2), "a plan changes nothing");

        var report = await _upkeep.CollectAsync(s_now);
        Assert.That((report.DeletedPacks, report.FreedBytes, report.CollectedVersions.Single()), Is.EqualTo((1, plan.UnneededBytes, lost.Id)));
        Assert.That((await Packs()).Count, Is.EqualTo(1));
        var known = await _data.ResolveAsync(lost.Id);
        Assert.That(known.IsCollected, Is.True);
        Assert.That(Assert.ThrowsAsync<MLOpsNotFoundException>(async () => await _data.OpenAsync(known, "f"))!.Message, Does.Contain("collected"));
        foreach (var act in new Func<Task>[] { async () => await _data.TagAsync(lost, "t"), async () => await _data.BranchAsync(lost, "b"), async () => await _data.RollbackAsync(lost), async () => await _data.MergeAsync(lost), async () => await _store.Tracker.StartRunAsync("e", new() { Datasets = [lost] }) })
            Assert.ThrowsAsync<MLOpsNotFoundException>(() => act());
        Assert.That((await _upkeep.VerifyAsync()).IsSound, Is.True);
        Assert.That(await _data.OpenAsync(first, "f").TextAsync(), Is.EqualTo("1"));
    }

    [Test]
    public async Task Only_what_stayed_unneeded_for_the_grace_is_deleted()
    {
        var first = await Commit("1");
        await OnBranch(first, "side", "3");
        await _data.ForgetAsync("bike", "side");
        Assert.That((await _upkeep.CollectAsync()) is { DeletedPacks: 0, WaitingPacks: 1 }, Is.True);
        _store.Time.Advance(TimeSpan.FromMinutes(59));
        Assert.That((await _upkeep.CollectAsync()) is { DeletedPacks: 0, WaitingPacks: 1 }, Is.True);
        _store.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.That((await _upkeep.CollectAsync()) is { DeletedPacks: 1, WaitingPacks: 0 }, Is.True);
    }

    [Test]
    public async Task A_pack_that_is_needed_in_small_part_is_written_anew()
    {
        var random = new Random(3);
        var (big, small) = (new byte[400_000], new byte[1000]);
        random.NextBytes(big);
        random.NextBytes(small);
        var first = await Commit("1");
        await _data.BranchAsync(first, "side");
        var both = await _data.CommitAsync("bike", DatasetChange.Edit().Put("big", big).Put("small", small), new() { Branch = "side" });
        await _data.CommitAsync("bike", DatasetChange.Edit().Put("s", small));
        await _data.ForgetAsync("bike", "side");
        var report = await _upkeep.CollectAsync(s_now);
        Assert.That((report.DeletedPacks, report.FreedBytes), Is.EqualTo((1, report.FreedBytes)));
        Assert.That(report.FreedBytes, Is.GreaterThan(390_000));
        await using var stream = await _data.OpenAsync(await _data.ResolveAsync("bike"), "s");
        Assert.That(await Digest.OfAsync(stream), Is.EqualTo(Digest.Of(small)));
        Assert.That((await _upkeep.VerifyAsync()).IsSound, Is.True);
        Assert.That((await _data.ResolveAsync(both.Id)).IsCollected, Is.True);
    }

    [Test]
    public async Task A_commit_that_began_before_a_collection_and_relied_on_what_it_deletes_stores_it_again()
    {
        var first = await Commit("1");
        await OnBranch(first, "side", "the same old data");
        await _data.ForgetAsync("bike", "side");
        var times = 0;
        // The collection runs while the commit reads its data: after it looked what is stored, before it becomes visible.
        var change = DatasetChange.Edit().Put("f", () =>
        {
            if (times++ == 0) _upkeep.CollectAsync(s_now).AsTask().GetAwaiter().GetResult();
            return new MemoryStream("the same old data"u8.ToArray());
        });
        var version = await _data.CommitAsync("bike", change);
        Assert.That(times, Is.EqualTo(2), "it began anew");
        Assert.That(await _store.NewDatasets().OpenAsync(version, "f").TextAsync(), Is.EqualTo("the same old data"));
        Assert.That((await _upkeep.VerifyAsync()).IsSound, Is.True);
    }

    [Test]
    public async Task Commits_and_collections_side_by_side_lose_nothing()
    {
        await Commit("0");
        using var done = new CancellationTokenSource();
        var collecting = Task.Run(async () =>
        {
            var collections = 0;
            while (!done.IsCancellationRequested)
            {
                try
                {
                    await _store.NewUpkeep().CollectAsync(s_now);
                    collections++;
                }
                catch (MLOpsConflictException)
                {
                    // Another's suspects came first.
                }
            }

            return collections;
        });
        var rounds = Tests.Effort.Of(6, 60);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(w => Task.Run(async () =>
        {
            var data = _store.NewDatasets();
            for (var i = 0; i < rounds; i++)
            {
                var branch = $"b{w}";
                await PatientlyAsync(async () => await data.BranchAsync(await data.ResolveAsync("bike"), branch, move: true));
                // The same few contents come and go, so that what is condemned is wanted again.
                await data.CommitAsync("bike", DatasetChange.Edit().PutText($"f{w}", $"content {i % 3}"), new() { Branch = branch });
                if (i % 3 == 2) await PatientlyAsync(async () => await data.MergeAsync(await data.ResolveAsync($"bike@{branch}")));
                else await data.ForgetAsync("bike", branch);
            }
        })));
        await done.CancelAsync();
        Assert.That(await collecting, Is.GreaterThan(0));
        Assert.That((await _store.NewUpkeep().VerifyAsync()).Damages, Is.Empty);
        foreach (var file in await _data.FilesAsync(await _data.ResolveAsync("bike")).ToListAsync())
            Assert.That(await _store.NewDatasets().OpenAsync(await _data.ResolveAsync("bike"), file.Path).TextAsync(), Is.Not.Empty);
    }

    /// <summary>A version that gets a name at the very moment in which a collection shuts its door is refused until that collection has looked again.</summary>
    private static async Task PatientlyAsync(Func<Task> act)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await act();
                return;
            }
            catch (MLOpsNotFoundException error) when (attempt < 10_000 && error.Message.Contains("were collected", StringComparison.Ordinal))
            {
                await Task.Yield();
            }
        }
    }

    private ValueTask<DatasetVersion> Commit(string text) => _data.CommitAsync("bike", DatasetChange.Whole().PutText("f", text));

    private async Task<DatasetVersion> OnBranch(DatasetVersion start, string branch, string text)
    {
        await _data.BranchAsync(start, branch);
        return await _data.CommitAsync("bike", DatasetChange.Whole().PutText("f", text), new() { Branch = branch });
    }

    private async Task<List<BlobInfo>> Packs() => await _store.Blobs.ListAsync(PackFormat.Prefix).ToListAsync();
}
