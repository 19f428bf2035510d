using MLOps.Statistics;

namespace MLOps.Monitoring;

/// <summary>The quality of predictions that have no label.</summary>
internal static class EstimatedQuality
{
    public const string ConfidenceBased = "cbpe", DirectLoss = "dle";
    private const int Draws = 200, FewestRows = 50;
    private const ulong Seed = 20_211_101;

    /// <summary>The estimate for a window; null when the baseline does not have what it takes.</summary>
    public static QualityEstimate? Of(PreparedBaseline prepared, IReadOnlyList<FeatureColumn> columns, double[] predictions)
    {
        if (predictions.Length < FewestRows) return null;
        return prepared.Baseline.Task is PredictionTask.Binary ? Confidence(prepared.Baseline.Calibration, predictions) : Loss(prepared, columns, predictions);
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

    /// <summary>Direct loss estimation: <see cref="LossTrees"/> say what error each row is likely to have.</summary>
    private static QualityEstimate? Loss(PreparedBaseline prepared, IReadOnlyList<FeatureColumn> columns, double[] predictions)
    {
        var baseline = prepared.Baseline;
        // Columns that were logged for some rows only cannot be put beside the answers.
        var features = baseline.Features.Where(f => f.Sample.Count == baseline.Labels.Count && columns.Any(c => c.Name == f.Name && c.Kind == f.Kind && c.Rows == predictions.Length)).ToArray();
        if (prepared.Losses(features) is not { } trees) return null;
        var (mae, mse) = trees.Expected([.. ColumnMatrix.Of(features, columns, Enumerable.Range(0, predictions.Length).ToArray()), predictions]);
        // How far single errors lie from what the trees expect of them is what a mean over the window's rows may be off by.
        double noise = 1.96 * trees.Noise / Math.Sqrt(predictions.Length), squaredNoise = 1.96 * trees.SquaredNoise / Math.Sqrt(predictions.Length);
        return new()
        {
            Method = DirectLoss,
            Metrics = new Dictionary<string, QualityRange>
            {
                ["rmse"] = new(Math.Sqrt(mse), Math.Sqrt(Math.Max(0, mse - squaredNoise)), Math.Sqrt(mse + squaredNoise)),
                ["mae"] = new(mae, Math.Max(0, mae - noise), mae + noise),
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
