using MLOps.Data;

namespace MLOps.Experiments;

public sealed class CommittedDataTests
{
    private static readonly RunOptions s_strict = new() { RequireCommittedData = true };

    private TestStore _store = null!;

    [SetUp]
    public void Open() => _store = new TestStore(Backend.Memory);

    [TearDown]
    public async Task Close() => await _store.DisposeAsync();

    [Test]
    public async Task A_run_that_must_read_committed_data_refuses_none_and_what_is_not_committed_here()
    {
        await using var elsewhere = new TestStore(Backend.Memory);
        var foreign = await elsewhere.Datasets.CommitAsync("bike", DatasetChange.Whole().PutText("a", "foreign"));
        var data = await _store.Datasets.CommitAsync("bike", DatasetChange.Whole().PutText("a", "1"));
        Assert.That(Assert.ThrowsAsync<MLOpsRejectedException>(async () => await _store.Tracker.StartRunAsync("e", s_strict))!.Message, Does.Contain("names no dataset version"));
        Assert.That(Assert.ThrowsAsync<MLOpsRejectedException>(async () => await _store.Tracker.StartRunAsync("e", s_strict with { Datasets = [foreign] }))!.Message, Does.Contain(foreign.ShortId()));
        Assert.That(await _store.Tracker.QueryRunsAsync().ToListAsync(), Is.Empty, "nothing is left of a run that was refused");

        await using var run = await _store.Tracker.StartRunAsync("e", s_strict with { Datasets = [data] });
        Assert.ThrowsAsync<MLOpsRejectedException>(async () => await run.UseDatasetAsync(foreign, "validation"));
        Assert.That((await _store.Tracker.GetRunAsync(run.Id)).Inputs.Select(i => i.VersionId), Is.EqualTo(new[] { data.Id }));
    }

    [Test]
    public async Task The_policy_stays_with_the_run_and_its_forks()
    {
        var foreign = new DatasetVersion { Id = new string('a', 64), Dataset = "bike", Tree = Digest.Of("x"u8), Author = "me", CreatedAt = default };
        var data = await _store.Datasets.CommitAsync("bike", DatasetChange.Whole().PutText("a", "1"));
        var run = await _store.Tracker.StartRunAsync("e", s_strict with { Datasets = [data] });
        await run.CompleteAsync();
        var resumed = await _store.Tracker.ResumeRunAsync(run.Id);
        Assert.ThrowsAsync<MLOpsRejectedException>(async () => await resumed.UseDatasetAsync(foreign));
        await resumed.CompleteAsync();
        await using var fork = await _store.Tracker.ForkRunAsync(run.Id, 0);
        Assert.ThrowsAsync<MLOpsRejectedException>(async () => await fork.UseDatasetAsync(foreign));
        await using var loose = await _store.Tracker.StartRunAsync("e", new() { Datasets = [foreign] });
        Assert.ThrowsAsync<MLOpsRejectedException>(async () => await _store.Tracker.ForkRunAsync(loose.Id, 0, s_strict));
    }

    [Test]
    public async Task A_run_on_data_of_another_store_keeps_no_collection_here_from_running()
    {
        await using var elsewhere = new TestStore(Backend.Memory);
        var foreign = await elsewhere.Datasets.CommitAsync("bike", DatasetChange.Whole().PutText("a", "foreign"));
        await _store.Datasets.CommitAsync("other", DatasetChange.Whole().PutText("a", "1"));
        await using var run = await _store.Tracker.StartRunAsync("e", new() { Datasets = [foreign] });
        await _store.NewUpkeep().CollectAsync(new() { Grace = TimeSpan.Zero });
        Assert.That((await _store.NewUpkeep().VerifyAsync()).IsSound, Is.True);
    }

    [Test]
    public async Task Data_whose_files_were_collected_starts_no_run()
    {
        var data = await _store.Datasets.CommitAsync("bike", DatasetChange.Whole().PutText("a", "1"));
        await _store.Datasets.BranchAsync(data, "side");
        var side = await _store.Datasets.CommitAsync("bike", DatasetChange.Edit().PutText("b", "2"), new() { Branch = "side" });
        await _store.Datasets.ForgetAsync("bike", "side");
        await _store.NewUpkeep().CollectAsync(new() { Grace = TimeSpan.Zero });
        Assert.ThrowsAsync<MLOpsNotFoundException>(async () => await _store.Tracker.StartRunAsync("e", s_strict with { Datasets = [side] }));
    }
}
