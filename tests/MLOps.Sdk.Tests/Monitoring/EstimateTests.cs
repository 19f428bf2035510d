using MLOps.Data;
using MLOps.Monitoring;
using MLOps.Statistics;

namespace MLOps.Tests.Monitoring;

internal sealed class EstimateTests
{
    [Test]
    public void Confidence_based_estimates_agree_with_the_reference_values()
    {
        var expected = Vector.Json("cbpe_california.json");
        double[] scores = Vector.Column("nannyml_california_housing_reference", "y_pred_proba"), labels = Vector.Column("nannyml_california_housing_reference", "clf_target");
        var calibration = Calibration(scores, labels);
        var analysis = Vector.Column("nannyml_california_housing_analysis", "y_pred_proba");
        var compared = 0;
        foreach (var (chunks, of) in new[] { ("reference_chunks", scores), ("analysis_chunks", analysis) })
        {
            foreach (var chunk in expected.GetProperty(chunks).EnumerateArray())
            {
                var rows = chunk.GetProperty("rows");
                var estimate = EstimatedQuality.Confidence(calibration, of[rows[0].GetInt32()..Math.Min(of.Length, rows[1].GetInt32())])!;
                foreach (var (ours, theirs) in new[] { ("auc", "roc_auc"), ("accuracy", "accuracy"), ("precision", "precision"), ("recall", "recall"), ("f1", "f1") })
                {
                    Assert.That(estimate.Metrics[ours].Value, Is.EqualTo(chunk.GetProperty("estimated_isotonic").GetProperty(theirs).GetDouble()).Within(1e-7), $"{theirs} of {chunks} {rows}");
                    Assert.That(estimate.Metrics[ours].Lower, Is.LessThanOrEqualTo(estimate.Metrics[ours].Value));
                    compared++;
                }
            }
        }

        Assert.That(compared, Is.GreaterThan(80));
    }

    [Test]
    public void Estimated_areas_on_California_lie_within_six_hundredths_of_the_realised_ones_on_average()
    {
        var calibration = Calibration(Vector.Column("nannyml_california_housing_reference", "y_pred_proba"), Vector.Column("nannyml_california_housing_reference", "clf_target"));
        double[] scores = Vector.Column("nannyml_california_housing_analysis", "y_pred_proba"), labels = Vector.Column("nannyml_california_housing_analysis_gt", "clf_target");
        var errors = new List<double>();
        for (var from = 0; from + 500 <= scores.Length; from += 500)
        {
            var estimate = EstimatedQuality.Confidence(calibration, scores[from..(from + 500)])!.Metrics["auc"].Value;
            errors.Add(Math.Abs(estimate - Quality.Of(PredictionTask.Binary, labels.AsSpan(from, 500), scores.AsSpan(from, 500))["auc"]));
        }

        TestContext.Out.WriteLine($"mean absolute error {errors.Average():0.000} over {errors.Count} windows");
        Assert.That(errors.Average(), Is.LessThanOrEqualTo(0.06));
    }

    [Test]
    public void Direct_loss_estimation_sees_that_rows_came_on_which_the_model_errs_more()
    {
        // The noise grows with x: a window of large x has large errors, whatever its labels will be.
        var random = new Random(21);
        (double X, double Truth)[] Draw(double from, double to) => [.. Enumerable.Range(0, 4000).Select(_ =>
        {
            var x = from + (to - from) * random.NextDouble();
            return (x, x + x * Columns.Normal(random, 1)[0]);
        })];
        var schema = FeatureSchema.For<(double X, double Truth)>().Number("x", r => r.X);
        var baseline = Baselines.Capture(schema, Draw(0, 4), r => r.X, r => r.Truth);
        foreach (var (from, to) in new[] { (0.0, 4.0), (0.0, 1.0), (3.0, 4.0) })
        {
            var window = Draw(from, to);
            var estimate = EstimatedQuality.Of(new(baseline), Columns.Of(schema, window), [.. window.Select(r => r.X)])!;
            var realised = Quality.Of(PredictionTask.Regression, [.. window.Select(r => r.Truth)], [.. window.Select(r => r.X)]);
            Assert.That(estimate.Method, Is.EqualTo("dle"));
            Assert.That(estimate.Metrics["mae"].Value, Is.EqualTo(realised["mae"]).Within(0.15 * realised["mae"] + 0.05), $"{from} to {to}");
            Assert.That(estimate.Metrics["rmse"].Value, Is.EqualTo(realised["rmse"]).Within(0.15 * realised["rmse"] + 0.05), $"{from} to {to}");
        }
    }

    [Test]
    public void A_baseline_without_labels_or_an_almost_empty_window_has_no_estimate()
    {
        var schema = FeatureSchema.For<double>().Number("x", r => r);
        double[] rows = [.. Enumerable.Range(0, 100).Select(i => (double)i)];
        Assert.That(EstimatedQuality.Of(new(Baselines.Capture(schema, rows, r => r)), Columns.Of(schema, rows), rows), Is.Null);
        Assert.That(EstimatedQuality.Of(new(Baselines.Capture(schema, rows, r => r, r => r)), Columns.Of(schema, rows[..10]), rows[..10]), Is.Null);
        Assert.That(EstimatedQuality.Confidence([new(0.5, 0.5)], [double.NaN]), Is.Null);
    }

    [Test]
    public async Task An_estimator_that_was_wrong_is_no_longer_trusted_and_triggers_nothing()
    {
        await using var world = new LiveWorld();
        var version = await world.RegisterChampionAsync();
        MonitorReport? last = null;
        for (var week = 0; week < 4; week++)
        {
            // The concept changed: the truth lies 3 higher than the columns say, which no estimate from columns can see.
            var rows = LiveWorld.Rows(30 + week, 400).Select(r => r with { Truth = r.Truth + 3 }).ToArray();
            var ids = await world.PredictAsync(version, rows);
            var window = world.Window;
            world.Clock.Advance(TimeSpan.FromDays(7));
            last = await world.Monitor.EvaluateAsync(LiveWorld.Line, window);
            await world.Monitor.LabelAsync(LiveWorld.Labels(ids, rows));
        }

        Assert.That(last!.Estimate!.TrackRecord, Has.Count.EqualTo(3));
        Assert.That(last.Estimate.TrackRecord, Is.All.Matches<EstimateRecord>(r => r.IsOff() && r.Realised > 2.5 && r.Estimated < 1.5));
        Assert.That((last.Estimate.IsTrusted, last.EstimateFell, last.IsProvisional), Is.EqualTo((false, false, true)));
    }

    private static IReadOnlyList<CalibrationKnot> Calibration(double[] scores, double[] labels) => Baselines.Capture(
        FeatureSchema.For<(double, double)>(), [.. scores.Zip(labels)], r => r.Item1, r => r.Item2, PredictionTask.Binary).Calibration;
}
