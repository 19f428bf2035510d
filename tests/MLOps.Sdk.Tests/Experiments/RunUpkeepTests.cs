using MLOps.Data;
using MLOps.Storage;

namespace MLOps.Experiments;

[TestFixture(Backend.Memory)]
[TestFixture(Backend.Embedded)]
public sealed class RunUpkeepTests(Backend backend)
{
    private TestStore _store = null!;
    private ExperimentTracker _tracker = null!;

    [SetUp]
    public void Open()
    {
        _store = new TestStore(backend);
        _tracker = _store.Tracker;
    }

    [TearDown]
    public async Task Close() => await _store.DisposeAsync();

    [Test]
    public async Task A_finished_run_is_renamed_noted_commented_and_tagged()
    {
        var id = await FinishedAsync();
        await _tracker.ChangeRunAsync(id, new() { Name = "better name", Note = "# Why\n<script>", Comment = "first", Tags = new Dictionary<string, string?> { ["a"] = "1", ["gone"] = null } });
        var run = await _tracker.ChangeRunAsync(id, new() { Comment = "second" });
        Assert.That((run.Name, run.Note, run.Tags["a"]), Is.EqualTo(("better name", "# Why\n<script>", "1")));
        Assert.That(run.Comments.Select(c => (c.Text, c.Actor)), Is.EqualTo(new[] { ("first", "tester"), ("second", "tester") }));
        Assert.That((await _tracker.ChangeRunAsync(id, new() { Note = "" })).Note, Is.Null);
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await _tracker.ChangeRunAsync(id, new() { Comment = "" }));
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await _tracker.ChangeRunAsync(id, new() { Note = "a\0b" }));
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await _tracker.ChangeRunAsync(id, new() { Name = "../x" }));
        Assert.ThrowsAsync<MLOpsNotFoundException>(async () => await _tracker.ChangeRunAsync(new string('a', 32), new() { Note = "x" }));
    }

    [Test]
    public async Task A_deleted_run_is_passed_over_and_refuses_to_go_on_until_it_is_restored()
    {
        var id = await FinishedAsync();
        await _tracker.DeleteRunAsync(id);
        await _tracker.DeleteRunAsync(id);
        Assert.That(await _tracker.QueryRunsAsync().ToListAsync(), Is.Empty);
        Assert.That(await _tracker.QueryRunsAsync(new() { Deleted = true }).ToListAsync(), Has.Count.EqualTo(1));
        Assert.That(await _tracker.QueryRunsAsync(new() { Deleted = null }).ToListAsync(), Has.Count.EqualTo(1));
        Assert.That((await _tracker.GetRunAsync(id)).DeletedAt, Is.Not.Null);
        Assert.ThrowsAsync<MLOpsRejectedException>(async () => await _tracker.ResumeRunAsync(id));
        await _tracker.RestoreRunAsync(id);
        Assert.That(await _tracker.QueryRunsAsync().ToListAsync(), Has.Count.EqualTo(1));
        Assert.That(await _tracker.ReadMetricAsync(id, "m").ToListAsync(), Has.Count.EqualTo(3));
    }

    [Test]
    public async Task A_running_run_is_not_deleted()
    {
        await using var run = await _tracker.StartRunAsync("demand");
        Assert.ThrowsAsync<MLOpsRejectedException>(async () => await _tracker.DeleteRunAsync(run.Id));
        await run.CompleteAsync();
    }

    [Test]
    public async Task A_purged_run_leaves_its_points_its_record_and_its_pins()
    {
        var (kept, id) = (await FinishedAsync(), await FinishedAsync());
        Assert.ThrowsAsync<MLOpsRejectedException>(async () => await _tracker.PurgeRunAsync(id));
        await _tracker.DeleteRunAsync(id);
        await _tracker.PurgeRunAsync(id);
        Assert.ThrowsAsync<MLOpsNotFoundException>(async () => await _tracker.GetRunAsync(id));
        Assert.ThrowsAsync<MLOpsNotFoundException>(async () => await _tracker.PurgeRunAsync(id));
        Assert.That((await _store.AllAsync("pins")).Select(p => p.Fields["owner"].Text).Distinct(), Is.EqualTo(new[] { $"run:{kept}" }));
        Assert.That(await _store.Streams.ReadAsync(MetricStreams.Of(id, "m")).CountAsync(), Is.Zero);
        Assert.That(await _tracker.OpenArtifactAsync(kept, "a").TextAsync(), Is.EqualTo("1"));
    }

    [Test]
    public async Task A_purge_that_was_interrupted_is_ended_by_doing_it_again()
    {
        var id = await FinishedAsync();
        await _tracker.DeleteRunAsync(id);
        await _store.Writer.CommitAsync([new RecordDelete(new RecordKey("runs", id))], null, default);
        await _tracker.PurgeRunAsync(id);
        Assert.That(await _store.Streams.ReadAsync(MetricStreams.Of(id, "m")).CountAsync(), Is.Zero);
    }

    [Test]
    public async Task A_held_run_is_neither_deleted_nor_purged()
    {
        var id = await FinishedAsync();
        await _tracker.HoldRunAsync(id, "case 7");
        Assert.That(Assert.ThrowsAsync<MLOpsRejectedException>(async () => await _tracker.DeleteRunAsync(id))!.Message, Does.Contain("case 7"));
        await _tracker.HoldRunAsync(id, null);
        await _tracker.DeleteRunAsync(id);
        await _tracker.HoldRunAsync(id, "case 8");
        Assert.ThrowsAsync<MLOpsRejectedException>(async () => await _tracker.PurgeRunAsync(id));
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await _tracker.HoldRunAsync(id, ""));
        Assert.That((await _tracker.GetRunAsync(id)).Hold!.Reason, Is.EqualTo("case 8"));
    }

    [Test]
    public async Task A_fork_shares_the_past_up_to_its_step_and_nothing_of_the_future()
    {
        var data = await _store.Datasets.CommitAsync("bike", DatasetChange.Whole().PutText("a", "1"));
        await using var source = await _tracker.StartRunAsync("demand", new() { Params = Text("lr", "0.1"), Datasets = [data] });
        foreach (var step in Enumerable.Range(0, 10)) source.Log(source.Metric("m"), step, step);
        source.Log(source.Metric("late"), 1, 9);
        await source.AddArtifactAsync("model", new MemoryStream([1]));
        await source.FlushAsync();

        await using var fork = await _tracker.ForkRunAsync(source.Id, 4, new() { Params = Text("lr", "0.5"), Name = "fork" });
        fork.Log(fork.Metric("m"), 100, 5);
        await fork.CompleteAsync();
        await source.CompleteAsync();

        var known = await _tracker.GetRunAsync(fork.Id);
        Assert.Multiple(async () =>
        {
            Assert.That((await _tracker.ReadMetricAsync(fork.Id, "m").ToListAsync()).Select(p => p.Value), Is.EqualTo(new[] { 0.0, 1, 2, 3, 4, 100 }));
            Assert.That((known.Params["lr"], known.ForkedFrom, known.Artifacts.Count), Is.EqualTo(("0.5", new RunOrigin(source.Id, 4), 0)));
            Assert.That((known.Metrics["m"].Count, known.Metrics["m"].Max, known.Metrics.ContainsKey("late")), Is.EqualTo((6L, 100.0, false)));
            Assert.That(known.Inputs.Single().VersionId, Is.EqualTo(data.Id));
            Assert.That((await _tracker.GetRunAsync(source.Id)).Metrics["m"].Count, Is.EqualTo(10));
            Assert.That((await _store.AllAsync("pins")).Count(p => p.Fields["owner"].Text == $"run:{fork.Id}"), Is.EqualTo(1), "its data, not the other's artifact");
            Assert.That((await _store.AllAsync("lineage")).Select(e => (e.Fields["source"].Text, e.Fields["target"].Text)), Is.SupersetOf(new[] { ($"run:{source.Id}", $"run:{fork.Id}"), ($"dataset:{data.Id}", $"run:{fork.Id}") }));
        });
    }

    private async Task<string> FinishedAsync()
    {
        await using var run = await _tracker.StartRunAsync("demand");
        foreach (var value in new[] { 1.0, 2, 3 }) run.Log(run.Metric("m"), value, 0);
        await run.AddArtifactAsync("a", new MemoryStream("1"u8.ToArray()));
        await run.CompleteAsync();
        return run.Id;
    }

    private static Dictionary<string, string> Text(string name, string value) => new() { [name] = value };
}
