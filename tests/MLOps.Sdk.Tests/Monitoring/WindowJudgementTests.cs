using MLOps.Data;
using MLOps.Monitoring;

namespace MLOps.Tests.Monitoring;

internal sealed class WindowJudgementTests
{
    private static readonly MonitorOptions s_options = new();
    private readonly Random _random = new(17);

    [Test]
    public void Too_few_rows_are_said_plainly()
    {
        var (live, judgement) = Judge(50, 0, 1);
        Assert.That(judgement.Verdict, Is.EqualTo(MonitorVerdict.InsufficientData));
        Assert.That(ReportSummary.Of("m/1", live, true, judgement, s_options), Is.EqualTo("Only 50 predictions of m/1 in the window: 200 are needed to judge it."));
        var none = new LiveWindow(0, 0, [], [], []);
        Assert.That(ReportSummary.Of("m/0", none, false, judgement, s_options), Is.EqualTo("There were no predictions in the window."));
    }

    [Test]
    public void The_same_world_is_ok()
    {
        var (live, judgement) = Judge(1000, 0, 1);
        Assert.That(judgement.Verdict, Is.EqualTo(MonitorVerdict.Ok));
        Assert.That(ReportSummary.Of("m/1", live, true, judgement, s_options), Does.StartWith("None of 1 features drifted. The rmse is"));
    }

    [Test]
    public void Drift_without_a_loss_of_quality_is_drift_and_a_loss_of_quality_wins()
    {
        Assert.That(Judge(1000, 1, 1).Judgement.Verdict, Is.EqualTo(MonitorVerdict.Drift));
        var (live, both) = Judge(1000, 1, 2);
        Assert.That(both.Verdict, Is.EqualTo(MonitorVerdict.QualityDrop));
        Assert.That(ReportSummary.Of("m/1", live, true, both, s_options), Does.Contain("1 of 1 features drifted: x (mean").And.Contain("The quality fell: the rmse is"));
    }

    [Test]
    public void Worse_within_the_tolerance_or_by_chance_is_no_drop()
    {
        Assert.That(Judge(1000, 0, 1.15).Judgement.Verdict, Is.EqualTo(MonitorVerdict.Ok), "15 % worse, 25 % allowed");
        // 1.3 times the error lies above the limit, but 100 rows cannot prove it.
        Assert.That(Judge(100, 0, 1.3, s_options with { MinimumRows = 50 }).Judgement.Verdict, Is.Not.EqualTo(MonitorVerdict.QualityDrop));
        Assert.That(Judge(20_000, 0, 1.3).Judgement.Verdict, Is.EqualTo(MonitorVerdict.QualityDrop));
    }

    [Test]
    public void The_models_own_answers_drift_alone()
    {
        var live = Live(1000, 0, 1) with { };
        var shifted = live with { Predictions = [.. live.Predictions.Select(p => p + 3)], Labels = [.. live.Labels.Select(_ => double.NaN)] };
        var judgement = WindowJudgement.Of(shifted, MakeBaseline(), new Dictionary<string, double>(), DriftTests.BuiltIn, s_options);
        Assert.That((judgement.Verdict, judgement.PredictionDrifted, judgement.Drifted.Count), Is.EqualTo((MonitorVerdict.Drift, true, 0)));
        Assert.That(ReportSummary.Of("m/1", shifted, true, judgement, s_options), Does.StartWith("No feature drifted, but the prediction did: mean").And.EndWith("No labels yet."));
    }

    [Test]
    public void Without_a_baseline_only_the_quality_is_judged_and_that_is_said()
    {
        var live = Live(1000, 0, 3);
        var judged = WindowJudgement.Of(live, null, new Dictionary<string, double> { ["rmse"] = 1, ["epochs"] = 5 }, DriftTests.BuiltIn, s_options);
        Assert.That(judged.Verdict, Is.EqualTo(MonitorVerdict.QualityDrop));
        Assert.That(judged.BaselineQuality.Keys, Is.EqualTo(new[] { "rmse" }));
        var unjudged = WindowJudgement.Of(live, null, new Dictionary<string, double>(), DriftTests.BuiltIn, s_options);
        Assert.That(unjudged.Verdict, Is.EqualTo(MonitorVerdict.InsufficientData));
        Assert.That(ReportSummary.Of("m/1", live, false, unjudged, s_options), Does.StartWith("m/1 has no baseline, so drift cannot be judged").And.Contain("no value from training"));
    }

    [Test]
    public void Answers_and_labels_that_are_not_finite_are_left_out_of_the_quality()
    {
        var live = Live(1000, 0, 1);
        live.Predictions[0] = double.NaN;
        live.Predictions[1] = double.PositiveInfinity;
        var judgement = WindowJudgement.Of(live, MakeBaseline(), new Dictionary<string, double>(), DriftTests.BuiltIn, s_options);
        Assert.That(judgement.Quality["rmse"], Is.EqualTo(1).Within(0.1));
        Assert.That(judgement.Verdict, Is.EqualTo(MonitorVerdict.Ok));
    }

    [Test]
    public void A_column_that_is_not_logged_is_named()
    {
        var live = Live(1000, 0, 1);
        var judgement = WindowJudgement.Of(live with { Features = [] }, MakeBaseline(), new Dictionary<string, double>(), DriftTests.BuiltIn, s_options);
        Assert.That(judgement.Unlogged, Is.EqualTo(new[] { "x" }));
        Assert.That(ReportSummary.Of("m/1", live, true, judgement, s_options), Does.EndWith("Not in the prediction log, so not compared: x."));
    }

    private (LiveWindow Live, WindowJudgement Judgement) Judge(int rows, double shift, double error, MonitorOptions? options = null)
    {
        var live = Live(rows, shift, error);
        return (live, WindowJudgement.Of(live, MakeBaseline(), new Dictionary<string, double>(), DriftTests.BuiltIn, options ?? s_options));
    }

    // The model answers 0.5 x; the truth lies a normal error beside it.
    private LiveWindow Live(int rows, double shift, double error)
    {
        var x = Columns.Normal(_random, rows, shift);
        var answers = x.Select(v => 0.5 * v).ToArray();
        var labels = answers.Zip(Columns.Normal(_random, rows, 0, error), (a, e) => a + e).ToArray();
        return new(1, 0, [new("x", FeatureKind.Number, x, default)], answers, labels);
    }

    private static Baseline MakeBaseline()
    {
        var x = Columns.Normal(new Random(1), 5000);
        return new()
        {
            Rows = x.Length,
            Features = [ColumnProfile.OfNumbers("x", x)],
            Prediction = ColumnProfile.OfNumbers("prediction", [.. x.Select(v => 0.5 * v)]),
            Quality = new Dictionary<string, double> { ["rmse"] = 1 },
        };
    }
}
