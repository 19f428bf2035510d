using MLOps.Statistics;

namespace MLOps.Monitoring;

/// <summary>The 95 % intervals of realised quality: Wilson for a share, DeLong for the area under the curve, the normal approximation for means of losses.</summary>
internal static class QualityRanges
{
    private const double Confidence = 1.96;

    public static IReadOnlyDictionary<string, QualityRange> Of(PredictionTask task, ReadOnlySpan<double> labels, ReadOnlySpan<double> predictions)
    {
        var (truths, answers) = Quality.Pairs(labels, predictions);
        var ranges = new Dictionary<string, QualityRange>();
        if (truths.Length < 2) return ranges;
        var errors = truths.Zip(answers, (t, a) => a - t).ToArray();
        var squares = Moments.Of([.. errors.Select(e => e * e)]);
        if (task is PredictionTask.Binary)
        {
            bool[] positives = [.. truths.Select(t => t >= 0.5)];
            ranges["accuracy"] = Of(Proportion.Wilson(positives.Zip(answers, (p, a) => p == a >= 0.5).Count(right => right), positives.Length));
            if (positives.Contains(true) && positives.Contains(false)) ranges["auc"] = Of(DeLong.Auc(positives, answers));
            ranges["brier"] = Of(squares);
            return ranges;
        }

        var mse = Of(squares);
        ranges["rmse"] = new(Math.Sqrt(mse.Value), Math.Sqrt(Math.Max(0, mse.Lower)), Math.Sqrt(mse.Upper));
        ranges["mae"] = Of(Moments.Of([.. errors.Select(Math.Abs)]));
        ranges["bias"] = Of(Moments.Of(errors));
        return ranges;
    }

    private static QualityRange Of(Interval interval) => new(interval.Estimate, interval.Lower, interval.Upper);

    private static QualityRange Of(Moments losses)
    {
        var error = Confidence * losses.StandardDeviation() / Math.Sqrt(losses.Count);
        return new(losses.Mean, losses.Mean - error, losses.Mean + error);
    }
}
