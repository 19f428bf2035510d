using MLOps.Delivery;
using MLOps.Models;
using MLOps.Testing;
using MLOps.Tests.Monitoring;
using LineModel = MLOps.Tests.Monitoring.LineModel;

namespace MLOps.Tests.Delivery;

internal sealed class GateTests
{
    private static readonly IReadOnlyList<Point> s_rows = LiveWorld.Rows(21, 600);

    [TestCase(2.0, 1.2, GateOutcome.Passed)]
    [TestCase(2.0, 0.8, GateOutcome.Failed)]
    [TestCase(2.0, 1.0, GateOutcome.Inconclusive)]
    [TestCase(double.NaN, 9.0, GateOutcome.Failed)]
    public async Task A_value_must_keep_its_limit_by_more_than_chance(double slope, double atMost, GateOutcome outcome)
    {
        await using var world = new LiveWorld();
        var gate = Gate.Value(s_rows, r => r, r => r.Truth, (double a) => a, atMost);
        var result = await gate.EvaluateAsync(new(await world.RegisterAsync(slope, withBaseline: false), null, world.Registry));
        Assert.That(result.Outcome, Is.EqualTo(outcome), result.Message);
    }

    [Test]
    public async Task A_group_that_lost_is_found_behind_an_average_that_gained()
    {
        await using var world = new LiveWorld();
        // The candidate is right about every row with a positive x, and wrong about the others: here nine of ten are positive.
        var rows = s_rows.Select((r, i) => r with { X = i % 10 == 0 ? -Math.Abs(r.X) - 0.5 : Math.Abs(r.X), Colour = i % 10 == 0 ? "rare" : i % 2 == 0 ? "blue" : "red", Truth = i % 10 == 0 ? 0 : 2 * Math.Abs(r.X) }).ToList();
        var (champion, candidate) = (await world.RegisterAsync(1), await world.RegisterAsync(2));
        var whole = await Gate.Metric(rows, r => r, r => r.Truth, (double a) => a).EvaluateAsync(new(candidate, champion, world.Registry));
        Assert.That(whole.Outcome, Is.EqualTo(GateOutcome.Passed), whole.Message);
        var slices = await Slices(rows).EvaluateAsync(new(candidate, champion, world.Registry));
        Assert.That(slices.Outcome, Is.EqualTo(GateOutcome.Failed));
        Assert.That(slices.Message, Does.Contain("1 of 3 slices: colour = rare"));
        Assert.That(slices.Evidence["colour = rare: p"], Is.LessThan(0.01));
    }

    [Test]
    public async Task Holm_keeps_many_slices_from_failing_a_candidate_by_chance()
    {
        await using var world = new LiveWorld();
        var (up, down) = (await world.RegisterAsync(2, 0.5), await world.RegisterAsync(2, -0.5));
        var (failed, runs) = (0, Effort.Of(60, 400));
        for (var seed = 0; seed < runs; seed++)
        {
            var rows = LiveWorld.Rows(1_000 + seed, 600).Select((r, i) => r with { Colour = $"c{i % 12}" }).ToList();
            if ((await Slices(rows, new() { Resamples = 1_000 }).EvaluateAsync(new(up, down, world.Registry))).Outcome is GateOutcome.Failed) failed++;
        }

        TestContext.Out.WriteLine($"{failed} of {runs} failed by chance over 12 slices each");
        Assert.That(failed, Is.AtMost(runs * 0.1), "5 % nominal; without correction 46 %");
    }

    [Test]
    public async Task Slices_that_are_too_small_or_have_no_champion_decide_nothing()
    {
        await using var world = new LiveWorld();
        var only = await world.RegisterAsync();
        var small = await Slices(s_rows.Select((r, i) => r with { Colour = $"c{i}" }).ToList()).EvaluateAsync(new(only, only, world.Registry));
        Assert.That((small.Outcome, small.Evidence["small"]), Is.EqualTo((GateOutcome.Inconclusive, 600.0)));
        Assert.That((await Slices(s_rows).EvaluateAsync(new(only, null, world.Registry))).Outcome, Is.EqualTo(GateOutcome.NotApplicable));
        Assert.That((await Slices(s_rows, new() { PassWithoutChampion = false }).EvaluateAsync(new(only, null, world.Registry))).Outcome, Is.EqualTo(GateOutcome.Inconclusive));
    }

    [TestCase(2.0, 2.0, null, GateOutcome.Passed)]
    [TestCase(-2.0, 2.0, null, GateOutcome.Failed)]
    [TestCase(2.0, 2.0, 0.99, GateOutcome.Failed)]
    [TestCase(2.0, 2.0, 0.7, GateOutcome.Passed)]
    public async Task The_area_under_the_curve_is_compared_on_the_same_rows(double candidate, double champion, double? least, GateOutcome outcome)
    {
        await using var world = new LiveWorld();
        var before = await world.RegisterAsync(champion);
        var gate = Gate.Auc(s_rows, r => r, r => r.Truth > 0, (double a) => a, new() { AtLeast = least });
        var result = await gate.EvaluateAsync(new(await world.RegisterAsync(candidate), before, world.Registry));
        Assert.That(result.Outcome, Is.EqualTo(outcome), result.Message);
        Assert.That((await gate.EvaluateAsync(new(before, null, world.Registry))).Message, Does.Contain("no champion"));
    }

    [Test]
    public async Task A_model_that_loads_and_answers_passes_and_one_that_throws_hangs_or_says_NaN_does_not()
    {
        await using var world = new LiveWorld();
        var gate = Gate.LoadAndQuery(s_rows, (double a) => a);
        Assert.That((await gate.EvaluateAsync(new(await world.RegisterAsync(), null, world.Registry))).Outcome, Is.EqualTo(GateOutcome.Passed));
        var broken = await world.Registry.RegisterAsync("line", new LineModel { IsBroken = true });
        Assert.That((await gate.EvaluateAsync(new(broken, null, world.Registry))).Message, Does.Contain("threw on row 0").And.Contain("The model is broken."));
        Assert.That((await gate.EvaluateAsync(new(await world.RegisterAsync(double.NaN, withBaseline: false), null, world.Registry))).Message, Does.Contain("no finite number for row 0"));
        var other = await Gate.LoadAndQuery<int, int>([1]).EvaluateAsync(new(broken, null, world.Registry));
        Assert.That((other.Outcome, other.Message), Is.EqualTo((GateOutcome.Failed, other.Message)));
        Assert.That(other.Message, Does.Contain("does not take Int32"));

        var clock = new ManualTimeProvider();
        using var never = new ManualResetEventSlim();
        var hanging = Gate.LoadAndQuery<Point, double>(s_rows, a => { never.Wait(); return a; }, TimeSpan.FromSeconds(5), clock).EvaluateAsync(new(await world.RegisterAsync(), null, world.Registry)).AsTask();
        while (clock.WaitingTimers == 0) await Task.Yield();
        clock.Advance(TimeSpan.FromSeconds(6));
        Assert.That((await hanging).Message, Does.Contain("did not load and answer 600 rows within 00:00:05"));
        never.Set();
    }

    [TestCase("a", null, GateOutcome.Passed)]
    [TestCase("a,b", null, GateOutcome.Failed)]
    [TestCase("", null, GateOutcome.Warned)]
    [TestCase("a", "INT64", GateOutcome.Failed)]
    public async Task A_signature_must_fit_those_who_ask_the_champion(string inputs, string? output, GateOutcome outcome)
    {
        await using var world = new LiveWorld();
        async Task<ModelVersion> RegisterAsync(string names, string type) => await world.Registry.RegisterAsync("line", new LineModel { Slope = 1 },
            new() { Signature = new([.. names.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(n => new ModelField(n, "FP64", [-1]))], [new("y", type, [-1])]) });
        var champion = await RegisterAsync("a", "FP64");
        var candidate = await RegisterAsync(inputs, output ?? "FP64");
        var result = await Gate.Signature().EvaluateAsync(new(candidate, champion, world.Registry));
        Assert.That(result.Outcome, Is.EqualTo(outcome), result.Message);
        Assert.That((await Gate.Signature().EvaluateAsync(new(candidate, null, world.Registry))).Outcome, Is.EqualTo(GateOutcome.NotApplicable));
        Assert.That((await Gate.Signature().EvaluateAsync(new(await world.RegisterAsync(), champion, world.Registry))).Outcome, Is.EqualTo(GateOutcome.Failed), "it has none at all");
    }

    [Test]
    public async Task Size_latency_and_memory_keep_their_budgets()
    {
        await using var world = new LiveWorld();
        var (champion, candidate) = (await world.RegisterAsync(), await world.RegisterAsync(2.1));
        async Task<GateResult> AskAsync(IGate gate) => await gate.EvaluateAsync(new(candidate, champion, world.Registry));
        Assert.That((await AskAsync(Gate.Size(1_000_000))).Outcome, Is.EqualTo(GateOutcome.Passed));
        Assert.That((await AskAsync(Gate.Size(1))).Outcome, Is.EqualTo(GateOutcome.Failed));
        var clock = new TickingClock();
        Assert.That((await AskAsync(Gate.Latency<Point, double>(s_rows, new() { Maximum = TimeSpan.FromMilliseconds(2), MaximumRatio = 1.5, Calls = 200 }, clock))).Outcome, Is.EqualTo(GateOutcome.Passed), "every answer takes 1 ms on this clock");
        Assert.That((await AskAsync(Gate.Latency<Point, double>(s_rows, new() { Maximum = TimeSpan.FromMicroseconds(500), Calls = 200 }, clock))).Outcome, Is.EqualTo(GateOutcome.Failed));
        Assert.That((await AskAsync(Gate.Latency<Point, double>(s_rows, new() { MaximumRatio = 0.5, Calls = 200 }, clock))).Outcome, Is.EqualTo(GateOutcome.Failed), "not twice as fast as the champion");
        var memory = await AskAsync(Gate.Memory<Point, double>(s_rows, new() { BytesPerAnswer = 0 }));
        Assert.That((memory.Outcome, memory.Evidence["bytesPerAnswer"]), Is.EqualTo((GateOutcome.Passed, 0.0)), memory.Message);
        Assert.That((await AskAsync(Gate.Memory<Point, double>(s_rows, new() { LoadedBytes = 1L << 40 }))).Outcome, Is.EqualTo(GateOutcome.Passed));
        Assert.That(() => Gate.Size(0), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(() => Gate.Latency<Point, double>(s_rows, new()), Throws.TypeOf<MLOpsInvalidException>(), "nothing could fail");
        Assert.That(() => Gate.Memory<Point, double>(s_rows, new()), Throws.TypeOf<MLOpsInvalidException>());
    }

    [TestCase(0.5, GateOutcome.Failed)]
    [TestCase(0.95, GateOutcome.Inconclusive)]
    [TestCase(2.0, GateOutcome.Passed)]
    public async Task A_recorded_evaluation_is_judged_with_its_intervals_and_without_the_model(double atMost, GateOutcome outcome)
    {
        await using var world = new LiveWorld();
        var evaluation = Evaluations.Capture(s_rows, r => r.Truth, r => 2 * r.X, new() { Slices = new Dictionary<string, Func<Point, string?>> { ["colour"] = p => p.Colour } });
        var version = await world.Registry.RegisterAsync("line", new LineModel { IsBroken = true }, new RegisterOptions().WithEvaluation(evaluation));
        var result = await Gate.Recorded(new() { Metric = "rmse", AtMost = atMost, Slices = true }).EvaluateAsync(new(version, null, world.Registry));
        Assert.That(result.Outcome, Is.EqualTo(outcome), result.Message);
        Assert.That(result.Evidence, Has.Count.EqualTo(3));
    }

    [TestCase(0.90, 0.05, true, GateOutcome.Failed)]
    [TestCase(0.97, 0.05, true, GateOutcome.Passed)]
    [TestCase(1.02, 0.01, false, GateOutcome.Failed)]
    [TestCase(0.90, 0.01, false, GateOutcome.Passed)]
    public async Task A_recorded_metric_is_compared_with_the_champions(double value, double loss, bool higher, GateOutcome outcome)
    {
        await using var world = new LiveWorld();
        async Task<ModelVersion> WithAsync(double m) => await world.Registry.RegisterAsync("line", new LineModel { Slope = m }, new() { Metrics = new Dictionary<string, double> { ["m"] = m } });
        var champion = await WithAsync(1);
        var gate = Gate.Recorded(new() { Metric = "m", MaximumLoss = loss, HigherIsBetter = higher });
        var result = await gate.EvaluateAsync(new(await WithAsync(value), champion, world.Registry));
        Assert.That(result.Outcome, Is.EqualTo(outcome), result.Message);
        Assert.That((await gate.EvaluateAsync(new(await world.RegisterAsync(), champion, world.Registry))).Outcome, Is.EqualTo(GateOutcome.Inconclusive), "it recorded none");
        Assert.That(() => Gate.Recorded(new() { Metric = "m" }), Throws.TypeOf<MLOpsInvalidException>());
    }

    [Test]
    public async Task A_warning_lets_a_candidate_pass_and_answers_a_policy_and_what_does_not_apply_answers_none()
    {
        await using var world = new LiveWorld();
        await world.RegisterChampionAsync();
        var next = await world.RegisterAsync(2.1);
        await world.Get<AliasProtection>().SetPolicyAsync(new() { Model = "line", Alias = "champion", Gates = [new("g")] });
        var none = await world.Deployments.PromoteAsync(next, new() { Gates = [new Says(GateOutcome.NotApplicable)] });
        Assert.That((none.Promoted, none.Refusal), Is.EqualTo((false, none.Refusal)));
        Assert.That(none.Refusal, Does.Contain("'g' says NotApplicable"));
        // The latest verdict counts, and of two in one millisecond neither is.
        world.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.That((await world.Deployments.PromoteAsync(next, new() { Gates = [new Says(GateOutcome.Warned)] })).Promoted, Is.True);
    }

    private static IGate Slices(IReadOnlyList<Point> rows, MetricGateOptions? options = null) =>
        Gate.Slices(rows, r => r, r => r.Truth, (double a) => a, new Dictionary<string, Func<Point, string?>> { ["colour"] = p => p.Colour }, options);

    private sealed class Says(GateOutcome outcome) : IGate
    {
        public string Name => "g";

        public ValueTask<GateResult> EvaluateAsync(GateSubject subject, CancellationToken cancellationToken = default) => new(new GateResult(outcome, "As told.", new Dictionary<string, double>()));
    }

    /// <summary>Moves on by a millisecond whenever it is read.</summary>
    private sealed class TickingClock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 1_000;

        public override long GetTimestamp() => Interlocked.Increment(ref _now);
    }
}
