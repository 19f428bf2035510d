using MLOps.Statistics;

namespace MLOps.Monitoring;

/// <summary>The quality of answers whose truth is known, and whether it fell.</summary>
internal static class Quality
{
    // One-sided 95 % of the normal distribution.
    private const double Confidence = 1.6448536269514722;

    /// <summary>The metric by which a task's quality is judged: smaller is better.</summary>
    public static string Judged(PredictionTask task) => task is PredictionTask.Binary ? "brier" : "rmse";

    /// <summary>All metrics of a task. Pairs with a number that is not finite are left out; without any pair there are no metrics.</summary>
    public static IReadOnlyDictionary<string, double> Of(PredictionTask task, ReadOnlySpan<double> labels, ReadOnlySpan<double> predictions)
    {
        var (truths, answers) = Pairs(labels, predictions);
        if (truths.Length == 0) return new Dictionary<string, double>();
        if (task is PredictionTask.Binary)
        {
            var binary = BinaryMetrics.Of([.. truths.Select(t => t >= 0.5)], answers);
            return new Dictionary<string, double> { ["accuracy"] = binary.Accuracy, ["auc"] = binary.Auc, ["brier"] = binary.Brier };
        }

        var regression = RegressionMetrics.Of(truths, answers);
        return new Dictionary<string, double>
        {
            ["rmse"] = regression.Rmse, ["mae"] = regression.Mae, ["r2"] = regression.R2, ["bias"] = regression.Bias,
        };
    }

    /// <summary>
    /// Whether the judged metric is worse than tolerated, and not by chance: the mean squared error's lower 95 % bound (mean - 1.645 standard errors, the normal
    /// approximation over rows taken as independent) lies above what is tolerated.
    /// </summary>
    public static bool IsWorse(PredictionTask task, double baseline, double tolerance, ReadOnlySpan<double> labels, ReadOnlySpan<double> predictions)
    {
        if (!double.IsFinite(baseline)) return false;
        var (truths, answers) = Pairs(labels, predictions);
        var losses = Moments.Of([.. truths.Zip(answers, (truth, answer) => (truth - answer) * (truth - answer))]);
        if (losses.Count < 2) return false;
        var limit = baseline * (1 + tolerance);
        // The root mean squared error is judged through its square, which is a mean over rows as the Brier score is.
        if (task is PredictionTask.Regression) limit *= limit;
        return losses.Mean - Confidence * losses.StandardDeviation() / Math.Sqrt(losses.Count) > limit;
    }

    public static (double[] Labels, double[] Predictions) Pairs(ReadOnlySpan<double> labels, ReadOnlySpan<double> predictions)
    {
        List<double> truths = new(labels.Length), answers = new(labels.Length);
        for (var i = 0; i < labels.Length; i++)
        {
            if (!double.IsFinite(labels[i]) || !double.IsFinite(predictions[i])) continue;
            truths.Add(labels[i]);
            answers.Add(predictions[i]);
        }

        return ([.. truths], [.. answers]);
    }
}
