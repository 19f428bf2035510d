using MLOps.Statistics;

namespace MLOps.Monitoring;

/// <summary>The quality of predictions that have no label.</summary>
internal static class EstimatedQuality
{
    public const string ConfidenceBased = "cbpe", DirectLoss = "dle";
    private const int Draws = 200, FewestRows = 50;
    private const ulong Seed = 20_211_101;

    /// <summary>The estimate for a window; null when the baseline does not have what it takes.</summary>
    public static QualityEstimate? Of(Baseline baseline, IReadOnlyList<FeatureColumn> columns, double[] predictions)
    {
        if (predictions.Length < FewestRows) return null;
        return baseline.Task is PredictionTask.Binary ? Confidence(baseline.Calibration, predictions) : Loss(baseline, columns, predictions);
    }

    /// <summary>
    /// Confidence-based estimation: a calibrated score is the chance that the label is 1, so the expected cells of the confusion matrix, the area under the curve and the Brier score follow from
    /// the scores alone. The interval is that of 200 drawings of the labels.
    /// </summary>
    public static QualityEstimate? Confidence(IReadOnlyList<CalibrationKnot> calibration, double[] predictions)
    {
        var scores = predictions.Where(double.IsFinite).Order().ToArray();
        if (calibration.Count == 0 || scores.Length == 0) return null;
        var function = IsotonicRegression.Fit([.. calibration.Select(k => k.Score)], [.. calibration.Select(k => k.Probability)]);
        var chances = new double[scores.Length];
        function.Predict(scores, chances);
        var expected = Metrics(scores, chances);
        var random = new SplitMixShuffle(Seed);
        var drawn = Enumerable.Range(0, Draws).Select(_ => Metrics(scores, [.. chances.Select(p => random.Below(1 << 30) < p * (1 << 30) ? 1.0 : 0.0)])).ToArray();
        return new() { Method = ConfidenceBased, Metrics = expected.ToDictionary(m => m.Key, m => Range(m.Value, [.. drawn.Select(d => d[m.Key])])) };
    }

    /// <summary>Direct loss estimation: boosted trees learn the absolute and the squared error of the baseline's sampled rows from the columns and the answer.</summary>
    private static QualityEstimate? Loss(Baseline baseline, IReadOnlyList<FeatureColumn> columns, double[] predictions)
    {
        if (baseline.Prediction is not { } prediction || baseline.Labels.Count == 0 || baseline.Labels.Count != prediction.Sample.Count) return null;
        // Columns that were logged for some rows only cannot be put beside the answers.
        var features = baseline.Features.Where(f => f.Sample.Count == baseline.Labels.Count && columns.Any(c => c.Name == f.Name && c.Kind == f.Kind && c.Rows == predictions.Length)).ToArray();
        double[][] learned = [.. ColumnMatrix.Of(features), prediction.Sample.Flat()];
        var known = Enumerable.Range(0, baseline.Labels.Count).Where(i => double.IsFinite(baseline.Labels[i]) && double.IsFinite(prediction.Sample[i])).ToArray();
        if (known.Length < FewestRows) return null;
        double[][] x = [.. learned.Select(column => known.Select(i => column[i]).ToArray())];
        double[] errors = [.. known.Select(i => Math.Abs(baseline.Labels[i] - prediction.Sample[i]))];
        var all = Enumerable.Range(0, predictions.Length).ToArray();
        double[][] asked = [.. ColumnMatrix.Of(features, columns, all), predictions];
        double[] absolute = BoostedTrees.Fit(x, errors, isProbability: false).Predict(asked), squared = BoostedTrees.Fit(x, [.. errors.Select(e => e * e)], isProbability: false).Predict(asked);
        // How far single errors lie from what the trees expect of them is what a mean over the window's rows may be off by.
        var noise = Moments.Of(errors).StandardDeviation() / Math.Sqrt(predictions.Length);
        var squaredNoise = Moments.Of([.. errors.Select(e => e * e)]).StandardDeviation() / Math.Sqrt(predictions.Length);
        double mae = Math.Max(0, absolute.Average()), mse = Math.Max(0, squared.Average());
        return new()
        {
            Method = DirectLoss,
            Metrics = new Dictionary<string, QualityRange>
            {
                ["rmse"] = new(Math.Sqrt(mse), Math.Sqrt(Math.Max(0, mse - 1.96 * squaredNoise)), Math.Sqrt(mse + 1.96 * squaredNoise)),
                ["mae"] = new(mae, Math.Max(0, mae - 1.96 * noise), mae + 1.96 * noise),
            },
        };
    }

    /// <summary>The metrics when each row is a positive to the given extent.</summary>
    /// <param name="scores">In ascending order.</param>
    /// <param name="chances">Of each row, 0..1.</param>
    private static Dictionary<string, double> Metrics(double[] scores, double[] chances)
    {
        double tp = 0, fp = 0, fn = 0, tn = 0, brier = 0, positives = 0, negatives = 0, area = 0;
        for (int i = 0, end; i < scores.Length; i = end)
        {
            double p = 0, q = 0;
            for (end = i; end < scores.Length && scores[end] == scores[i]; end++) (p, q) = (p + chances[end], q + 1 - chances[end]);
            // A positive beats the negatives below it, and half of those beside it.
            area += p * (negatives + q / 2);
            (positives, negatives) = (positives + p, negatives + q);
            if (scores[i] >= 0.5) (tp, fp) = (tp + p, fp + q);
            else (fn, tn) = (fn + p, tn + q);
            brier += p * (1 - scores[i]) * (1 - scores[i]) + q * scores[i] * scores[i];
        }

        double n = scores.Length;
        return new()
        {
            ["auc"] = area / (positives * negatives),
            ["accuracy"] = (tp + tn) / n,
            ["precision"] = tp / (tp + fp),
            ["recall"] = tp / (tp + fn),
            ["f1"] = 2 * tp / (2 * tp + fp + fn),
            ["brier"] = brier / n,
        };
    }

    private static QualityRange Range(double value, double[] drawn)
    {
        var bounds = Quantile.Of(drawn, [0.025, 0.975]);
        return new(value, Math.Min(value, bounds[0]), Math.Max(value, bounds[1]));
    }
}
