using MLOps.Data;
using MLOps.Delivery;
using MLOps.Models;
using MLOps.Monitoring;
using MLOps.Statistics;

namespace MLOps.Tests.Monitoring;

internal sealed class SegmentAndFairnessTests
{
    private static readonly FeatureSchema<Person> s_schema = FeatureSchema.For<Person>().Number("x", p => p.X).Category("town", p => p.Town).Category("sex", p => p.Sex);

    [Test]
    public void A_part_in_which_the_model_errs_more_is_found_and_chance_is_not()
    {
        var (baseline, quiet) = (Baseline(), People(31, 4000));
        Assert.That(SegmentSearch.Of(baseline, Live(quiet), 0.01), Is.Empty);
        var worse = quiet.Select(p => p is { Town: "North", Sex: "f" } ? p with { Truth = p.Truth + 4 } : p).ToArray();
        var found = SegmentSearch.Of(baseline, Live(worse), 0.01);
        Assert.That(found[0].Where, Is.EqualTo("town = North and sex = f"));
        Assert.That((found[0].What, found[0].Effect > 1.5), Is.EqualTo(("loss", true)));
        Assert.That(found[0].Explanation, Does.StartWith("the mean loss is"));
    }

    [Test]
    public void Drift_within_one_declared_segment_is_found_there()
    {
        var moved = People(32, 4000).Select(p => p.Town == "South" ? p with { X = p.X + 1 } : p).ToArray();
        var found = SegmentSearch.Of(Baseline(), Live(moved), 0.01);
        Assert.That(found.Select(s => (s.Where, s.What)), Does.Contain(("town = South", "x")).And.Not.Contain(("town = North", "x")));
    }

    [Test]
    public void A_bound_is_broken_only_when_the_whole_interval_lies_beyond_it_and_small_groups_are_left_out()
    {
        double[] labels = Vector.Column("adult_test_predictions", "y_true"), scores = Vector.Column("adult_test_predictions", "score");
        var sex = Vector.Strings("adult_test_predictions", "sex");
        var values = FairnessJudgement.Of(new("sex"), sex, labels, scores, new Dictionary<string, double>());
        var ratio = values.Single(v => v.Metric == FairnessJudgement.ParityRatio);
        TestContext.Out.WriteLine(string.Join("; ", values.Select(v => $"{v.Metric} {v.Value}")));
        Assert.That((ratio.IsBroken, ratio.Bound, ratio.Groups.Count), Is.EqualTo((true, (double?)0.8, 2)), "men are selected far more often on Adult");
        var few = FairnessJudgement.Of(new("sex"), sex[..150], labels[..150], scores[..150], new Dictionary<string, double>());
        Assert.That(few.Any(v => v.Groups.Count < 2), Is.False);
        Assert.That(FairnessJudgement.Of(new("sex") { MinimumRows = 100_000 }, sex, labels, scores, new Dictionary<string, double>()), Is.Empty);
        var near = FairnessJudgement.Of(new("sex") { MinimumParityRatio = ratio.Value.Value + 0.001 }, sex, labels, scores, new Dictionary<string, double>());
        Assert.That(near.Single(v => v.Metric == FairnessJudgement.ParityRatio).IsBroken, Is.False, "chance alone may explain so little");
    }

    [Test]
    public async Task The_gates_fail_a_candidate_that_was_trained_on_another_world_and_one_that_treats_groups_apart()
    {
        await using var world = new LiveWorld();
        var version = await world.RegisterAsync();
        FeatureTable Recent(double shift) => new(Columns.Of(LiveWorld.Schema, LiveWorld.Rows(33, 600, shift, shift > 0 ? "green" : "red")));
        var subject = new GateSubject(version, null, world.Registry);
        Assert.That((await Gate.Drift(Recent(0)).EvaluateAsync(subject)).Outcome, Is.EqualTo(GateOutcome.Passed));
        var moved = await Gate.Drift(Recent(2)).EvaluateAsync(subject);
        Assert.That((moved.Outcome, moved.Evidence["drifted"]), Is.EqualTo((GateOutcome.Failed, 2.0)), moved.Message);
        var bare = await world.RegisterAsync(withBaseline: false);
        Assert.That((await Gate.Drift(Recent(0)).EvaluateAsync(subject with { Candidate = bare })).Outcome, Is.EqualTo(GateOutcome.Inconclusive));

        var rows = LiveWorld.Rows(34, 2000);
        IGate Fairness(Func<Point, string?> group) => Gate.Fairness(rows, r => r, r => r.Truth > 1 ? 1 : 0, group, (double answer) => answer, new FairnessRequirement("group"));
        Assert.That((await Fairness(r => r.X > 0 ? "high" : "low").EvaluateAsync(subject)).Outcome, Is.EqualTo(GateOutcome.Failed));
        Assert.That((await Fairness(r => "one").EvaluateAsync(subject)).Outcome, Is.EqualTo(GateOutcome.Inconclusive));
        var even = await Fairness(r => r.Colour).EvaluateAsync(subject);
        Assert.That(even.Outcome, Is.Not.EqualTo(GateOutcome.Failed), even.Message);
    }

    [Test]
    public async Task Labels_in_any_order_repeated_and_corrected_end_in_the_same_report()
    {
        var orders = Effort.Of(4, 20);
        var rows = LiveWorld.Rows(35, 400);
        IReadOnlyDictionary<string, double>? first = null;
        for (var order = 0; order < orders; order++)
        {
            await using var world = new LiveWorld();
            var version = await world.RegisterChampionAsync();
            var ids = await world.PredictAsync(version, rows);
            var at = world.Clock.GetUtcNow();
            var random = new Random(order);
            var labels = ids.Zip(rows, (id, r) => new MLOps.Predictions.PredictionLabel(id, r.Truth, at.AddHours(5)))
                .Concat(ids.Take(150).Select(id => new MLOps.Predictions.PredictionLabel(id, 99, at.AddHours(1))))
                .Concat(ids.Skip(100).Take(100).Zip(rows.Skip(100), (id, r) => new MLOps.Predictions.PredictionLabel(id, r.Truth, at.AddHours(5)))).ToArray();
            random.Shuffle(labels);
            foreach (var part in labels.Chunk(37)) await world.Monitor.LabelAsync(part);
            var report = await world.Monitor.EvaluateAsync(LiveWorld.Line, world.Window);
            Assert.That(report.LabelledRows, Is.EqualTo(400));
            first ??= report.Quality;
            Assert.That(report.Quality, Is.EqualTo(first), $"order {order}");
        }
    }

    [Test]
    public void A_concept_that_changed_is_signalled_and_one_that_did_not_is_not()
    {
        var baseline = Baseline();
        var concept = ConceptDrift.Of(baseline, 10_000)!;
        (long, double)[] Losses(int seed, int count, double more) => [.. People(seed, count).Select((p, i) => ((long)i, ConceptDrift.Loss(p.Truth, p.X) + more))];
        Assert.That(concept.Judge(Losses(36, 3000, 0)), Is.Empty);
        var signals = concept.Judge([.. Losses(37, 1000, 0), .. Losses(38, 2000, 1.5).Select(l => (l.Item1 + 1000, l.Item2))]);
        Assert.That(signals.Select(s => s.Detector), Is.EquivalentTo(new[] { "page-hinkley", "adwin" }));
        Assert.That(signals.Select(s => s.At.UtcTicks), Is.All.InRange(1000, 1600));
        Assert.That(ConceptDrift.Of(new Baseline(), 1000), Is.Null);
    }

    private static Baseline Baseline() => Baselines.Capture(s_schema, People(30, 5000), p => p.X, p => p.Truth, options: new() { Segments = ["town"] });

    private static LiveWindow Live(Person[] people) => new(1, 0, Columns.Of(s_schema, people), [.. people.Select(p => p.X)], [.. people.Select(p => p.Truth)]);

    private static Person[] People(int seed, int count)
    {
        var random = new Random(seed);
        var x = Columns.Normal(random, count);
        var noise = Columns.Normal(random, count);
        return [.. x.Select((v, i) => new Person(v, random.Next(3) switch { 0 => "North", 1 => "South", _ => "East" }, random.Next(2) == 0 ? "f" : "m", v + noise[i]))];
    }

    private sealed record Person(double X, string Town, string Sex, double Truth);
}
