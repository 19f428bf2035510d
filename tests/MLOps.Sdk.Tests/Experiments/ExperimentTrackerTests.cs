using MLOps.Data;
using MLOps.Storage;

namespace MLOps.Experiments;

[TestFixture(Backend.Memory)]
[TestFixture(Backend.Embedded)]
public sealed class ExperimentTrackerTests(Backend backend)
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
    public async Task What_a_run_wrote_down_is_read_back()
    {
        var data = await _store.Datasets.CommitAsync("bike", DatasetChange.Whole().PutText("a", "1"));
        await using (var run = await _tracker.StartRunAsync("demand", new RunOptions { Name = "ridge", Params = Text("lambda", "0.1"), Tags = Text("owner", "ana"), Datasets = [data] }))
        {
            var loss = run.Metric("train/loss");
            for (var step = 0; step < 10; step++) run.Log(loss, 1.0 / (step + 1), step);
            await run.SetParamAsync("model/kind", "linear");
            await run.SetTagAsync("owner", "bob");
            await run.SetTagAsync("note", "x");
            await run.SetTagAsync("note", null);
            await run.AddArtifactAsync("plots/loss.txt", new MemoryStream("curve"u8.ToArray()));
            await run.UseDatasetAsync(data, "validation");
            _store.Time.Advance(TimeSpan.FromMinutes(1));
            await run.CompleteAsync();
        }

        var found = (await _tracker.QueryRunsAsync().ToListAsync()).Single();
        var known = await _tracker.GetRunAsync(found.Id);
        Assert.Multiple(async () =>
        {
            Assert.That((known.Experiment, known.Name, known.Status, known.StatusReason, known.Actor), Is.EqualTo(("demand", "ridge", RunStatus.Finished, (string?)null, "tester")));
            Assert.That(known.EndedAt - known.StartedAt, Is.EqualTo(TimeSpan.FromMinutes(1)));
            Assert.That(known.Params, Is.EquivalentTo(new Dictionary<string, string> { ["lambda"] = "0.1", ["model/kind"] = "linear" }));
            Assert.That(known.Tags, Is.EquivalentTo(Text("owner", "bob")));
            Assert.That(known.Metrics["train/loss"], Is.EqualTo(new MetricSummary { Last = 0.1, LastStep = 9, Min = 0.1, Max = 1, Mean = known.Metrics["train/loss"].Mean, Count = 10, Position = known.Metrics["train/loss"].Position }));
            Assert.That(known.Inputs, Is.EqualTo(new[] { new DatasetInput("bike", data.Id, "training"), new DatasetInput("bike", data.Id, "validation") }));
            Assert.That(known.Artifacts.Single(), Is.EqualTo(new Artifact("plots/loss.txt", 5, Digest.Of("curve"))));
            Assert.That(await _tracker.OpenArtifactAsync(known.Id, "plots/loss.txt").TextAsync(), Is.EqualTo("curve"));
            Assert.That((await _tracker.ReadMetricAsync(known.Id, "train/loss").ToListAsync()).Select(p => (p.Step, p.Value)), Is.EqualTo(Enumerable.Range(0, 10).Select(s => ((long)s, 1.0 / (s + 1)))));
            Assert.That(await _tracker.ReadMetricAsync(known.Id, "never").ToListAsync(), Is.Empty);
            Assert.That((await _store.AllAsync("lineage")).Select(r => (r.Fields["source"].Text, r.Fields["target"].Text)).Distinct(), Is.EqualTo(new[] { ($"dataset:{data.Id}", $"run:{known.Id}") }));
            Assert.That((await _store.AllAsync("pins")).Select(r => (r.Fields["blob"].Text, r.Fields["owner"].Text)), Is.SupersetOf(new[] { (ContentStore.Key(Digest.Of("curve")), $"run:{known.Id}"), (DatasetPin.Key(data.Tree), $"run:{known.Id}") }));
            Assert.That((await _tracker.ListAsync().ToListAsync()).Select(e => e.Name), Is.EqualTo(new[] { "demand" }));
        });
    }

    [Test]
    public async Task Sixty_four_creators_of_one_experiment_get_one()
    {
        var created = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(async () => await _store.NewTracker().GetOrCreateAsync("demand"))));
        Assert.That(created.Distinct().Count(), Is.EqualTo(1));
        Assert.That(await _store.AllAsync("experiments"), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Sixty_four_runs_started_at_once_in_a_new_experiment_all_start()
    {
        var runs = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(async () => await _store.NewTracker().StartRunAsync("demand"))));
        Assert.That(runs.Select(r => r.Id).Distinct().Count(), Is.EqualTo(64));
        Assert.That(await _tracker.QueryRunsAsync(new() { Experiment = "demand" }).ToListAsync(), Has.Count.EqualTo(64));
        Assert.That(await _store.AllAsync("experiments"), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Any_double_comes_back_with_its_exact_bits()
    {
        double[] values = [double.NaN, BitConverter.Int64BitsToDouble(0x7FF8_0000_0000_1234), -0.0, 0.0, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, double.MaxValue, double.MinValue, Math.PI];
        await using var run = await _tracker.StartRunAsync("demand");
        var metric = run.Metric("m");
        foreach (var value in values) run.Log(metric, value, long.MinValue + (long)run.Id[0]);
        await run.FlushAsync();
        var read = await _tracker.ReadMetricAsync(run.Id, "m").ToListAsync();
        Assert.That(read.Select(p => BitConverter.DoubleToInt64Bits(p.Value)), Is.EqualTo(values.Select(BitConverter.DoubleToInt64Bits)));

        var nan = run.Metric("nan");
        run.Log(nan, double.NaN, 1);
        run.Log(run.Metric("inf"), double.NegativeInfinity, 1);
        await run.CompleteAsync();
        var known = await _tracker.GetRunAsync(run.Id);
        Assert.That(known.Metrics["nan"], Is.EqualTo(new MetricSummary { Last = double.NaN, LastStep = 1, Count = 1, NaNCount = 1, Position = 1 }));
        Assert.That((known.Metrics["inf"].Last, known.Metrics["inf"].Min), Is.EqualTo((double.NegativeInfinity, double.NegativeInfinity)));
        Assert.That((known.Metrics["m"].Min, known.Metrics["m"].Max, known.Metrics["m"].Count), Is.EqualTo((double.NegativeInfinity, double.PositiveInfinity, 10L)));
    }

    [Test]
    public async Task A_param_is_a_fact_and_a_contradiction_a_conflict()
    {
        await using var run = await _tracker.StartRunAsync("demand", new RunOptions { Params = Text("a", "1") });
        await run.SetParamAsync("a", "1");
        var error = Assert.ThrowsAsync<MLOpsConflictException>(async () => await run.SetParamsAsync(new Dictionary<string, string> { ["b"] = "2", ["a"] = "3" }));
        Assert.That(error!.Message, Does.Contain("'a'"));
        Assert.That((await _tracker.GetRunAsync(run.Id)).Params, Is.EquivalentTo(Text("a", "1")), "nothing of a refused batch is kept");
        await run.CompleteAsync();
    }

    [Test]
    public async Task Independent_changes_of_two_processes_are_merged()
    {
        await using var here = await _tracker.StartRunAsync("demand");
        await using var there = await _store.NewTracker().ResumeRunAsync(here.Id);
        await Task.WhenAll(Enumerable.Range(0, 20).SelectMany(i => new[]
        {
            Task.Run(async () => await here.SetParamAsync($"here{i}", "x")),
            Task.Run(async () => await there.SetTagAsync($"there{i}", "y")),
        }));
        Assert.ThrowsAsync<MLOpsConflictException>(async () => await there.SetParamAsync("here0", "other"));
        var known = await _tracker.GetRunAsync(here.Id);
        Assert.That((known.Params.Count, known.Tags.Count), Is.EqualTo((20, 20)));
        await here.CompleteAsync();
        await there.CompleteAsync();
    }

    [Test]
    public async Task Of_two_writers_of_a_metric_the_later_conflicts()
    {
        var here = await _tracker.StartRunAsync("demand");
        var there = await _store.NewTracker().ResumeRunAsync(here.Id);
        here.Log(here.Metric("m"), 1, 0);
        await here.FlushAsync();
        there.Log(there.Metric("m"), 2, 0);
        Assert.ThrowsAsync<MLOpsConflictException>(async () => await there.FlushAsync());
        Assert.ThrowsAsync<MLOpsConflictException>(async () => await there.DisposeAsync());
        Assert.That((await _tracker.GetRunAsync(here.Id)).Status, Is.EqualTo(RunStatus.Running), "the loser does not end the winner's run");
        await here.CompleteAsync();
        Assert.That((await _tracker.ReadMetricAsync(here.Id, "m").ToListAsync()).Select(p => p.Value), Is.EqualTo(new[] { 1.0 }));
    }

    [Test]
    public async Task An_artifact_is_written_again_with_equal_bytes_only()
    {
        await using var run = await _tracker.StartRunAsync("demand");
        var first = await run.AddArtifactAsync("m.bin", new MemoryStream([1, 2]));
        Assert.That(await run.AddArtifactAsync("m.bin", new MemoryStream([1, 2])), Is.EqualTo(first));
        Assert.ThrowsAsync<MLOpsConflictException>(async () => await run.AddArtifactAsync("m.bin", new MemoryStream([3])));
        Assert.That(Assert.ThrowsAsync<MLOpsNotFoundException>(async () => await _tracker.OpenArtifactAsync(run.Id, "n.bin"))!.Message, Does.Contain("'m.bin'"));
        await run.CompleteAsync();
    }

    [Test]
    public async Task The_same_id_starts_the_same_run_again()
    {
        var id = new string('a', 32);
        var first = await _tracker.StartRunAsync("demand", new RunOptions { Id = id, Params = Text("a", "1") });
        first.Log(first.Metric("m"), 1, 0);
        await first.CompleteAsync();
        await using var again = await _store.NewTracker().StartRunAsync("demand", new RunOptions { Id = id, Params = Text("b", "2") });
        again.Log(again.Metric("m"), 2, 1);
        await again.FlushAsync();
        var known = await _tracker.GetRunAsync(id);
        Assert.That((known.Status, known.EndedAt, known.Params.Count, known.Metrics["m"].Count), Is.EqualTo((RunStatus.Running, (DateTimeOffset?)null, 2, 2L)));
        Assert.ThrowsAsync<MLOpsConflictException>(async () => await _tracker.StartRunAsync("other", new RunOptions { Id = id }));
        Assert.ThrowsAsync<MLOpsConflictException>(async () => await _tracker.StartRunAsync("demand", new RunOptions { Id = id, Params = Text("a", "9") }));
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await _tracker.StartRunAsync("demand", new RunOptions { Id = "../x" }));
        await again.CompleteAsync();
    }

    [Test]
    public async Task A_child_names_its_parent_and_is_found_by_it()
    {
        await using var parent = await _tracker.StartRunAsync("demand");
        await using var child = await parent.StartChildAsync(new RunOptions { Name = "fold 1" });
        await child.CompleteAsync();
        Assert.That((await _tracker.QueryRunsAsync(new() { ParentId = parent.Id }).ToListAsync()).Select(r => (r.Id, r.ParentId, r.Experiment)), Is.EqualTo(new[] { (child.Id, parent.Id, "demand") }));
        await parent.CompleteAsync();
    }

    [Test]
    public async Task A_run_that_is_left_fails_and_one_that_is_completed_does_not()
    {
        var left = await _tracker.StartRunAsync("demand");
        left.Log(left.Metric("m"), 1, 0);
        await left.DisposeAsync();
        await left.DisposeAsync();
        var completed = await _tracker.StartRunAsync("demand");
        await completed.CompleteAsync(RunStatus.Killed, "stopped by hand");
        await completed.DisposeAsync();
        var known = await _tracker.GetRunAsync(left.Id);
        Assert.That((known.Status, known.Metrics["m"].Count), Is.EqualTo((RunStatus.Failed, 1L)));
        Assert.That(known.StatusReason, Does.Contain("without CompleteAsync"));
        known = await _tracker.GetRunAsync(completed.Id);
        Assert.That((known.Status, known.StatusReason), Is.EqualTo((RunStatus.Killed, "stopped by hand")));
    }

    [Test]
    public async Task After_the_end_a_run_takes_no_more_until_it_is_resumed()
    {
        var run = await _tracker.StartRunAsync("demand");
        var metric = run.Metric("m");
        run.Log(metric, 1, 0);
        await run.CompleteAsync();
        Assert.Throws<ObjectDisposedException>(() => run.Log(metric, 2, 1));
        Assert.ThrowsAsync<ObjectDisposedException>(async () => await run.SetParamAsync("a", "1"));
        Assert.ThrowsAsync<ObjectDisposedException>(async () => await run.CompleteAsync());
        Assert.ThrowsAsync<ObjectDisposedException>(async () => await run.StartChildAsync());
        await run.FlushAsync();
        await using var again = await _store.NewTracker().ResumeRunAsync(run.Id);
        again.Log(again.Metric("m"), 2, 1);
        await again.CompleteAsync();
        Assert.That((await _tracker.ReadMetricAsync(run.Id, "m").ToListAsync()).Select(p => p.Value), Is.EqualTo(new[] { 1.0, 2.0 }));
        Assert.That((await _tracker.GetRunAsync(run.Id)).Metrics["m"].Count, Is.EqualTo(2));
    }

    [Test]
    public async Task A_handle_of_another_run_is_refused()
    {
        await using var one = await _tracker.StartRunAsync("demand");
        await using var two = await _tracker.StartRunAsync("demand");
        var handle = one.Metric("m");
        two.Metric("m");
        Assert.Throws<MLOpsInvalidException>(() => two.Log(handle, 1, 0));
        Assert.Throws<MLOpsInvalidException>(() => two.Log(default, 1, 0));
        Assert.That(one.Metric("m"), Is.EqualTo(handle));
        await one.CompleteAsync();
        await two.CompleteAsync();
    }

    [Test]
    public async Task Runs_are_found_by_what_they_hold()
    {
        for (var i = 0; i < 5; i++)
        {
            await using var run = await _tracker.StartRunAsync(i < 3 ? "a" : "b", new RunOptions { Name = $"r{i}", Params = Text("lr", $"{i}"), Tags = Text("team", i % 2 == 0 ? "red" : "blue") });
            foreach (var value in new[] { 10.0 - i, i }) run.Log(run.Metric("rmse"), value, 0);
            _store.Time.Advance(TimeSpan.FromSeconds(1));
            if (i != 4) await run.CompleteAsync();
            else await run.CompleteAsync(RunStatus.Failed, "no");
        }

        Assert.Multiple(async () =>
        {
            Assert.That(await Names(new()), Is.EqualTo(new[] { "r4", "r3", "r2", "r1", "r0" }));
            Assert.That(await Names(new() { Descending = false, Limit = 2 }), Is.EqualTo(new[] { "r0", "r1" }));
            Assert.That(await Names(new() { Experiment = "a", OrderBy = "metrics.rmse.max" }), Is.EqualTo(new[] { "r0", "r1", "r2" }));
            Assert.That(await Names(new() { Status = RunStatus.Failed }), Is.EqualTo(new[] { "r4" }));
            Assert.That(await Names(new() { Filter = Filter.And(Filter.Less("metrics.rmse", 3), Filter.Equal("tags.team", "red")) }), Is.EqualTo(new[] { "r2", "r0" }));
            Assert.That(await Names(new() { Filter = Filter.Or(Filter.Equal("params.lr", "1"), Filter.Equal("attributes.status", "Failed")) }), Is.EqualTo(new[] { "r4", "r1" }));
            Assert.That(await Names(new() { Filter = Filter.AtLeast("attributes.started", FieldValue.Of(_store.Time.GetUtcNow() - TimeSpan.FromSeconds(2))) }), Is.EqualTo(new[] { "r4", "r3" }));
            Assert.That(await Names(new() { Limit = 0 }), Is.Empty);
        });
        Assert.That(Assert.ThrowsAsync<MLOpsInvalidException>(() => Names(new() { Filter = Filter.Not(Filter.Exists("attributes.naem")) }))!.Message, Does.Contain("attributes.name"));
        Assert.ThrowsAsync<MLOpsInvalidException>(() => Names(new() { OrderBy = "rmse" }));
        Assert.ThrowsAsync<MLOpsInvalidException>(() => Names(new() { Limit = -1 }));

        async Task<IEnumerable<string>> Names(RunQuery query) => (await _tracker.QueryRunsAsync(query).ToListAsync()).Select(r => r.Name);
    }

    [Test]
    public async Task An_unknown_run_is_told_with_recent_ones()
    {
        await using var run = await _tracker.StartRunAsync("demand", new RunOptions { Name = "ridge" });
        var unknown = new string('0', 32);
        foreach (var act in new Func<Task>[]
        {
            async () => await _tracker.GetRunAsync(unknown), async () => await _tracker.ResumeRunAsync(unknown),
            async () => await _tracker.ReadMetricAsync(unknown, "m").ToListAsync(), async () => await _tracker.OpenArtifactAsync(unknown, "m"),
        })
            Assert.That(Assert.ThrowsAsync<MLOpsNotFoundException>(() => act())!.Message, Does.Contain(run.Id).And.Contain("ridge"));
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await _tracker.GetRunAsync("../../etc/passwd"));
        await run.CompleteAsync();
    }

    [TestCase("../x")]
    [TestCase("a/../../b")]
    [TestCase("a\u0001b")]
    [TestCase("")]
    public async Task Hostile_names_are_refused_with_the_rule(string name)
    {
        await using var run = await _tracker.StartRunAsync("demand");
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await _tracker.StartRunAsync(name));
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await _tracker.GetOrCreateAsync(name));
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await _tracker.StartRunAsync("demand", new RunOptions { Name = name }));
        Assert.Throws<MLOpsInvalidException>(() => run.Metric(name));
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await run.SetParamAsync(name, "1"));
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await run.SetTagAsync(name, "1"));
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await run.AddArtifactAsync(name, new MemoryStream()));
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await run.UseDatasetAsync(new DatasetVersion { Id = "x", Dataset = "d", Tree = Digest.Of("x"), Author = "a", CreatedAt = default }, name));
        await run.CompleteAsync();
    }

    [Test]
    public async Task Long_and_unkeepable_values_are_refused_with_the_rule()
    {
        await using var run = await _tracker.StartRunAsync("demand");
        await run.SetParamAsync("long", new string('x', 8000));
        Assert.That(Assert.ThrowsAsync<MLOpsInvalidException>(async () => await run.SetParamAsync("p", new string('x', 8001)))!.Message, Does.Contain("8000"));
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await run.SetParamAsync("p", new string('漢', 2700)));
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await run.SetTagAsync("p", "a\0b"));
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await run.SetTagAsync(new string('漢', 140), "x"));
        Assert.Throws<MLOpsInvalidException>(() => run.Metric(new string('x', 250) + "/" + new string('x', 250)));
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await run.CompleteAsync(RunStatus.Running));
        await run.CompleteAsync();
    }

    [Test]
    public async Task A_cancelled_start_leaves_no_run()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        Assert.CatchAsync<OperationCanceledException>(async () => await _tracker.StartRunAsync("demand", null, cancelled.Token));
        Assert.That(await _store.AllAsync("runs"), Is.Empty);
        Assert.That(await _store.AllAsync("experiments"), Is.Empty);
    }

    [Test]
    public async Task A_cancelled_end_leaves_the_run_going_on()
    {
        await using var run = await _tracker.StartRunAsync("demand");
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        var metric = run.Metric("m");
        run.Log(metric, 1, 0);
        Assert.CatchAsync<OperationCanceledException>(async () => await run.CompleteAsync(cancellationToken: cancelled.Token));
        run.Log(metric, 2, 1);
        await run.CompleteAsync();
        Assert.That((await _tracker.GetRunAsync(run.Id)).Metrics["m"].Count, Is.EqualTo(2));
    }

    private static Dictionary<string, string> Text(string name, string value) => new() { [name] = value };
}
