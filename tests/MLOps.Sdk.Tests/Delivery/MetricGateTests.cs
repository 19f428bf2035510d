using MLOps.Delivery;
using MLOps.Models;
using MLOps.Tests.Monitoring;

namespace MLOps.Tests.Delivery;

internal sealed class MetricGateTests
{
    private static readonly IReadOnlyList<Point> s_rows = LiveWorld.Rows(21, 500);

    [TestCase(2.0, 1.0, 0.0, GateOutcome.Passed)]
    [TestCase(1.0, 2.0, 0.0, GateOutcome.Failed)]
    [TestCase(2.0, 2.0, 0.0, GateOutcome.Inconclusive)]
    [TestCase(2.0, 2.0, -0.02, GateOutcome.Passed)]
    [TestCase(2.01, 2.0, 0.0, GateOutcome.Inconclusive)]
    [TestCase(2.0, 1.0, 0.9, GateOutcome.Failed)]
    public async Task The_candidate_must_be_better_by_more_than_chance(double candidate, double champion, double improvement, GateOutcome outcome)
    {
        await using var world = new LiveWorld();
        var before = await world.RegisterAsync(champion);
        var after = await world.RegisterAsync(candidate);
        var gate = Make(new() { MinimumImprovement = improvement });
        var result = await gate.EvaluateAsync(new(after, before, world.Registry));
        Assert.That(result.Outcome, Is.EqualTo(outcome), result.Message);
        Assert.That(result.Evidence["rows"], Is.EqualTo(500));
        var again = await gate.EvaluateAsync(new(after, before, world.Registry));
        Assert.That(again.Evidence, Is.EqualTo(result.Evidence), "the same rows give the same decision");
    }

    [Test]
    public async Task Noise_promotes_no_more_often_than_the_confidence_says()
    {
        // Two models that are wrong by the same amount in opposite directions: neither is better.
        var promoted = 0;
        await using var world = new LiveWorld();
        var up = await world.RegisterAsync(2, 0.5);
        var down = await world.RegisterAsync(2, -0.5);
        for (var seed = 100; seed < 300; seed++)
        {
            var gate = Gate.Metric(LiveWorld.Rows(seed, 100), r => r, r => r.Truth, (double answer) => answer, new() { Resamples = 500 });
            promoted += (await gate.EvaluateAsync(new(up, down, world.Registry))).Outcome is GateOutcome.Passed ? 1 : 0;
        }

        TestContext.Out.WriteLine($"{promoted} of 200 promoted by noise");
        Assert.That(promoted, Is.AtMost(20), "5 % nominal");
    }

    [Test]
    public async Task Without_a_champion_it_passes_and_says_so_unless_told_otherwise()
    {
        await using var world = new LiveWorld();
        var only = await world.RegisterAsync();
        var passed = await Make().EvaluateAsync(new(only, null, world.Registry));
        Assert.That(passed.Outcome, Is.EqualTo(GateOutcome.Passed));
        Assert.That(passed.Message, Does.StartWith("There is no champion to compare with"));
        var strict = await Make(new() { PassWithoutChampion = false }).EvaluateAsync(new(only, null, world.Registry));
        Assert.That(strict.Outcome, Is.EqualTo(GateOutcome.Inconclusive));
    }

    [Test]
    public async Task A_candidate_that_answers_NaN_fails_and_a_champion_that_does_is_compared_where_it_answers()
    {
        await using var world = new LiveWorld();
        var good = await world.RegisterAsync(2);
        var nan = await world.RegisterAsync(double.NaN, withBaseline: false);
        var failed = await Make().EvaluateAsync(new(nan, good, world.Registry));
        Assert.That((failed.Outcome, failed.Message), Is.EqualTo((GateOutcome.Failed, "line/2 gave no finite number for 500 of 500 rows.")));
        Assert.That((await Make().EvaluateAsync(new(good, nan, world.Registry))).Outcome, Is.EqualTo(GateOutcome.Inconclusive));
    }

    [Test]
    public async Task Too_few_rows_decide_nothing()
    {
        await using var world = new LiveWorld();
        var only = await world.RegisterAsync();
        var gate = Gate.Metric(LiveWorld.Rows(1, 29), r => r, r => r.Truth, (double answer) => answer);
        Assert.That((await gate.EvaluateAsync(new(only, null, world.Registry))).Outcome, Is.EqualTo(GateOutcome.Inconclusive));
    }

    [TestCase(GateMetric.Rmse, 0.5)]
    [TestCase(GateMetric.Mae, 0.5)]
    [TestCase(GateMetric.Brier, 0.25)]
    [TestCase(GateMetric.ErrorRate, 0)]
    [TestCase(GateMetric.LogLoss, 0.6931471805599453)]
    public async Task Every_metric_is_what_its_name_says(GateMetric metric, double value)
    {
        await using var world = new LiveWorld();
        var constant = await world.RegisterAsync(0, 0.5);
        var gate = Gate.Metric(s_rows, r => r, _ => 1, (double answer) => answer, new() { Metric = metric });
        var result = await gate.EvaluateAsync(new(constant, null, world.Registry));
        Assert.That(result.Evidence["candidate"], Is.EqualTo(value).Within(1e-12));
        Assert.That(gate.Name, Is.EqualTo(metric.ToString().ToLowerInvariant()));
    }

    [Test]
    public void Bad_labels_and_options_are_refused()
    {
        Assert.That(() => Gate.Metric(s_rows, r => r, _ => double.NaN, (double a) => a), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(() => Gate.Metric(s_rows, r => r, _ => 2, (double a) => a, new() { Metric = GateMetric.Brier }), Throws.TypeOf<MLOpsInvalidException>());
        foreach (var options in new MetricGateOptions[] { new() { Confidence = 0.5 }, new() { MinimumImprovement = 1 }, new() { MinimumImprovement = double.NegativeInfinity }, new() { BlockLength = 0 }, new() { Resamples = 1 }, new() { MinimumRows = 1 }, new() { Name = "a/b" } })
            Assert.That(() => Make(options), Throws.TypeOf<MLOpsInvalidException>());
    }

    [Test]
    public void Blocks_make_the_bounds_of_rows_that_are_alike_wider()
    {
        var random = new Random(3);
        var days = Columns.Normal(random, 50);
        var differences = days.SelectMany(d => Enumerable.Repeat(0.2 + d, 24)).ToArray();
        var single = PairedBootstrap.Bounds(differences, new());
        var blocks = PairedBootstrap.Bounds(differences, new() { BlockLength = 24 });
        Assert.That(blocks.Upper - blocks.Lower, Is.GreaterThan(3 * (single.Upper - single.Lower)));
    }

    private static MetricGate<Point, double> Make(MetricGateOptions? options = null) => Gate.Metric(s_rows, r => r, r => r.Truth, (double answer) => answer, options);
}
