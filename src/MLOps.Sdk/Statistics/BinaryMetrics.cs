namespace MLOps.Statistics;

/// <summary>How well scores in 0..1 tell two classes apart.</summary>
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
    /// <summary>The metrics of some scores: O(n log n) for the area, which is the Mann-Whitney statistic U/(nm) with ties counted half (Hanley and McNeil 1982).</summary>
    /// <param name="truths">Whether each row was positive.</param>
    /// <param name="scores">The score of each row, in the same order.</param>
    /// <param name="threshold">A row is predicted positive when its score is at least this.</param>
    /// <exception cref="MLOpsInvalidException">The lengths differ.</exception>
    public static BinaryMetrics Of(ReadOnlySpan<bool> truths, ReadOnlySpan<double> scores, double threshold = 0.5)
    {
        if (truths.Length != scores.Length) throw new MLOpsInvalidException($"There are {truths.Length} truths and {scores.Length} scores: every score needs its truth.");
        long truePositives = 0, falsePositives = 0, trueNegatives = 0, falseNegatives = 0, skipped = 0;
        var squares = 0.0;
        List<double> positives = [], negatives = [];
        for (var i = 0; i < scores.Length; i++)
        {
            var (truth, score) = (truths[i], scores[i]);
            if (double.IsNaN(score))
            {
                skipped++;
                continue;
            }

            (truth ? positives : negatives).Add(score);
            var error = score - (truth ? 1 : 0);
            squares += error * error;
            if (score >= threshold) _ = truth ? truePositives++ : falsePositives++;
            else _ = truth ? falseNegatives++ : trueNegatives++;
        }

        var count = positives.Count + negatives.Count;
        return new(truePositives, falsePositives, trueNegatives, falseNegatives, Area(positives, negatives), count == 0 ? double.NaN : squares / count, skipped);
    }

    /// <summary>Rows that took part.</summary>
    public long Count => TruePositives + FalsePositives + TrueNegatives + FalseNegatives;

    /// <summary>The share of rows predicted right.</summary>
    public double Accuracy => Ratio(TruePositives + TrueNegatives, Count);

    /// <summary>The share of predicted positives that are positive; NaN when none is predicted.</summary>
    public double Precision => Ratio(TruePositives, TruePositives + FalsePositives);

    /// <summary>The share of positives that are found; NaN when there are none.</summary>
    public double Recall => Ratio(TruePositives, TruePositives + FalseNegatives);

    /// <summary>The harmonic mean of precision and recall: 2TP / (2TP + FP + FN).</summary>
    public double F1 => Ratio(2 * TruePositives, 2 * TruePositives + FalsePositives + FalseNegatives);

    private static double Ratio(long part, long whole) => whole == 0 ? double.NaN : (double)part / whole;

    private static double Area(List<double> positives, List<double> negatives)
    {
        if (positives.Count == 0 || negatives.Count == 0) return double.NaN;
        using var high = SortedSample.Of(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(positives));
        using var low = SortedSample.Of(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(negatives));
        int below = 0, upTo = 0;
        var twice = 0L;
        foreach (var score in high.Values)
        {
            while (below < low.Values.Length && low.Values[below] < score) below++;
            while (upTo < low.Values.Length && low.Values[upTo] <= score) upTo++;
            twice += below + upTo;
        }

        return twice / (2.0 * positives.Count * negatives.Count);
    }
}
