using System.Buffers;

namespace MLOps.Statistics;

/// <summary>How well scores in 0..1 tell two classes apart.</summary>
/// <remarks>
/// Counted metrics (accuracy, precision, F1, ...) depend on the threshold; <see cref="Auc"/>, <see cref="AveragePrecision"/> and <see cref="Separation"/> only on the order
/// of the scores, ties sharing a threshold; <see cref="Brier"/> and <see cref="LogLoss"/> on their values. What a missing class leaves undefined is NaN.
/// For windows that merge see <see cref="ConfusionCounts"/> and <see cref="ScoreHistogram"/>.
/// </remarks>
/// <example><code>
/// var metrics = BinaryMetrics.Of([true, false, true, false], [0.9, 0.6, 0.4, 0.1]);
/// double auc = metrics.Auc;             // 0.75: one of four pairs is in the wrong order
/// double f1 = metrics.F1;               // 0.5
/// </code></example>
/// <param name="TruePositives">Positives with a score of at least the threshold.</param>
/// <param name="FalsePositives">Negatives with a score of at least the threshold.</param>
/// <param name="TrueNegatives">Negatives below it.</param>
/// <param name="FalseNegatives">Positives below it.</param>
/// <param name="Auc">The area under the ROC curve; NaN when a class is missing.</param>
/// <param name="Brier">The mean squared difference between score and outcome (0 or 1); NaN without rows.</param>
/// <param name="Skipped">Rows left out because the score was NaN.</param>
public readonly record struct BinaryMetrics(
    long TruePositives, long FalsePositives, long TrueNegatives, long FalseNegatives, double Auc, double Brier, long Skipped)
{
    private const double Smallest = 2.220446049250313e-16;

    /// <summary>
    /// The metrics of some scores: O(n log n), O(n) from 2,048 rows on; allocates nothing that lasts. The area is the Mann-Whitney statistic U/(nm) with ties counted half
    /// (Hanley and McNeil 1982).
    /// </summary>
    /// <param name="truths">Whether each row was positive.</param>
    /// <param name="scores">The score of each row, in the same order.</param>
    /// <param name="threshold">A row is predicted positive when its score is at least this.</param>
    /// <exception cref="MLOpsInvalidException">The lengths differ.</exception>
    public static BinaryMetrics Of(ReadOnlySpan<bool> truths, ReadOnlySpan<double> scores, double threshold = 0.5)
    {
        Rows.Same(truths.Length, scores.Length, "scores");
        // Positives from the front, negatives from the back.
        var rented = ArrayPool<double>.Shared.Rent(Math.Max(1, scores.Length));
        long truePositives = 0, falsePositives = 0;
        int positives = 0, negatives = 0;
        double squares = 0, logs = 0;
        for (var i = 0; i < scores.Length; i++)
        {
            var (truth, score) = (truths[i], scores[i]);
            if (double.IsNaN(score)) continue;
            var right = truth ? score : 1 - score;
            squares += (1 - right) * (1 - right);
            logs -= Math.Log(Math.Clamp(right, Smallest, 1 - Smallest));
            if (truth)
            {
                rented[positives++] = score;
                if (score >= threshold) truePositives++;
            }
            else
            {
                rented[scores.Length - ++negatives] = score;
                if (score >= threshold) falsePositives++;
            }
        }

        using var high = SortedSample.Of(rented.AsSpan(0, positives));
        using var low = SortedSample.Of(rented.AsSpan(scores.Length - negatives, negatives));
        ArrayPool<double>.Shared.Return(rented);
        var sweep = ScoreSweep.Of(high.Values, low.Values);
        var count = positives + negatives;
        return new(truePositives, falsePositives, negatives - falsePositives, positives - truePositives, sweep.Auc, count == 0 ? double.NaN : squares / count, scores.Length - count)
        {
            AveragePrecision = sweep.AveragePrecision,
            LogLoss = count == 0 ? double.NaN : logs / count,
            Separation = sweep.Separation,
        };
    }

    /// <summary>Average precision: the sum over falling thresholds of (recall gained) x precision, without interpolation; 0..1, NaN without positives.</summary>
    public double AveragePrecision { get; init; } = double.NaN;

    /// <summary>The mean of -ln(score of what happened), scores clipped to 2.2e-16 from 0 and 1; at least 0, NaN without rows.</summary>
    public double LogLoss { get; init; } = double.NaN;

    /// <summary>The Kolmogorov-Smirnov separation of the classes: the largest |true-positive rate - false-positive rate| over all thresholds; 0..1, NaN when a class is missing.</summary>
    public double Separation { get; init; } = double.NaN;

    /// <summary>The four counts as one mergeable value.</summary>
    public ConfusionCounts Confusion => new(TruePositives, FalsePositives, TrueNegatives, FalseNegatives);

    /// <summary>Rows that took part.</summary>
    public long Count => Confusion.Count;

    /// <summary>The share of rows predicted right.</summary>
    public double Accuracy => Confusion.Accuracy;

    /// <summary>The share of predicted positives that are positive; NaN when none is predicted.</summary>
    public double Precision => Confusion.Precision;

    /// <summary>The share of positives that are found; NaN when there are none.</summary>
    public double Recall => Confusion.Recall;

    /// <summary>The harmonic mean of precision and recall: 2TP / (2TP + FP + FN).</summary>
    public double F1 => Confusion.F1;

    /// <summary>Matthews' correlation coefficient: see <see cref="ConfusionCounts.Mcc"/>.</summary>
    public double Mcc => Confusion.Mcc;

    /// <summary>Cohen's kappa: see <see cref="ConfusionCounts.Kappa"/>.</summary>
    public double Kappa => Confusion.Kappa;
}
