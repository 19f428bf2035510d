namespace MLOps.Statistics;

/// <summary>How often a yes-or-no prediction was right and wrong, in its four ways. Mergeable: the counts of two windows added give those of both.</summary>
/// <remarks>A ratio whose divisor is 0 is NaN ("cannot be said"), never 0. All O(1).</remarks>
/// <example><code>
/// var counts = ConfusionCounts.Of([true, true, false, false], [true, false, false, false]);
/// double recall = counts.Recall;        // 0.5
/// double kappa = counts.Kappa;          // 0.5
/// </code></example>
/// <param name="TruePositives">Positives predicted positive.</param>
/// <param name="FalsePositives">Negatives predicted positive.</param>
/// <param name="TrueNegatives">Negatives predicted negative.</param>
/// <param name="FalseNegatives">Positives predicted negative.</param>
public readonly record struct ConfusionCounts(long TruePositives, long FalsePositives, long TrueNegatives, long FalseNegatives)
{
    /// <summary>Counts predictions: O(n), allocates nothing.</summary>
    /// <param name="truths">Whether each row was positive.</param>
    /// <param name="predicted">Whether each row was predicted positive, in the same order.</param>
    /// <exception cref="MLOpsInvalidException">The lengths differ.</exception>
    public static ConfusionCounts Of(ReadOnlySpan<bool> truths, ReadOnlySpan<bool> predicted)
    {
        Rows.Same(truths.Length, predicted.Length, "predictions");
        Span<long> cells = stackalloc long[4];
        for (var i = 0; i < truths.Length; i++) cells[(truths[i] ? 2 : 0) + (predicted[i] ? 1 : 0)]++;
        return new(cells[3], cells[1], cells[0], cells[2]);
    }

    /// <summary>All rows.</summary>
    public long Count => Positives + Negatives;

    /// <summary>Rows that were positive.</summary>
    public long Positives => TruePositives + FalseNegatives;

    /// <summary>Rows that were negative.</summary>
    public long Negatives => TrueNegatives + FalsePositives;

    /// <summary>Rows predicted positive.</summary>
    public long Selected => TruePositives + FalsePositives;

    /// <summary>The share of rows predicted right, 0..1.</summary>
    public double Accuracy => Ratio(TruePositives + TrueNegatives, Count);

    /// <summary>The share of predicted positives that are positive, 0..1; NaN when none is predicted.</summary>
    public double Precision => Ratio(TruePositives, Selected);

    /// <summary>The share of positives that are found (true-positive rate), 0..1; NaN when there are none.</summary>
    public double Recall => Ratio(TruePositives, Positives);

    /// <summary>The share of negatives left alone (true-negative rate), 0..1; NaN when there are none.</summary>
    public double Specificity => Ratio(TrueNegatives, Negatives);

    /// <summary>The share of negatives predicted positive, 0..1; NaN when there are no negatives.</summary>
    public double FalsePositiveRate => Ratio(FalsePositives, Negatives);

    /// <summary>The share of positives that are missed, 0..1; NaN when there are no positives.</summary>
    public double FalseNegativeRate => Ratio(FalseNegatives, Positives);

    /// <summary>The share of rows predicted positive, 0..1; NaN without rows.</summary>
    public double SelectionRate => Ratio(Selected, Count);

    /// <summary>The share of rows that are positive, 0..1; NaN without rows.</summary>
    public double BaseRate => Ratio(Positives, Count);

    /// <summary>The mean of recall and specificity, 0..1; NaN when a class is missing.</summary>
    public double BalancedAccuracy => (Recall + Specificity) / 2;

    /// <summary>The harmonic mean of precision and recall, 2TP / (2TP + FP + FN); NaN when nothing is positive or predicted positive.</summary>
    public double F1 => FBeta(1);

    /// <summary>
    /// Matthews' correlation coefficient (Matthews 1975): (TP TN - FP FN) / sqrt((TP+FP)(TP+FN)(TN+FP)(TN+FN)), -1..1. 0 when predictions or truths are of one class only; NaN without rows.
    /// </summary>
    public double Mcc
    {
        get
        {
            if (Count == 0) return double.NaN;
            // Roots taken one by one: the product of four counts would lose precision or overflow.
            var divisor = Math.Sqrt(Selected) * Math.Sqrt(Positives) * Math.Sqrt(Negatives) * Math.Sqrt(Count - Selected);
            return divisor == 0 ? 0 : ((double)TruePositives * TrueNegatives - (double)FalsePositives * FalseNegatives) / divisor;
        }
    }

    /// <summary>Cohen's kappa (Cohen 1960): agreement beyond chance, (accuracy - expected) / (1 - expected), at most 1; NaN when chance alone would agree always.</summary>
    public double Kappa
    {
        get
        {
            double n = Count, expected = (Positives / n) * (Selected / n) + (Negatives / n) * ((Count - Selected) / n);
            return expected >= 1 ? double.NaN : (Accuracy - expected) / (1 - expected);
        }
    }

    /// <summary>van Rijsbergen's F: (1 + b^2) TP / ((1 + b^2) TP + b^2 FN + FP), 0..1; recall counts b times as much as precision. NaN when the divisor is 0.</summary>
    /// <param name="beta">The weight of recall, above 0 and finite.</param>
    /// <exception cref="MLOpsInvalidException">It is not.</exception>
    public double FBeta(double beta)
    {
        if (!(beta > 0 && double.IsFinite(beta))) throw new MLOpsInvalidException($"beta is {beta}: it must be above 0 and finite.");
        double b2 = beta * beta, divisor = (1 + b2) * TruePositives + b2 * FalseNegatives + FalsePositives;
        return divisor == 0 ? double.NaN : (1 + b2) * TruePositives / divisor;
    }

    /// <summary>The counts of both parts together.</summary>
    public ConfusionCounts Merge(ConfusionCounts other) => new(
        TruePositives + other.TruePositives, FalsePositives + other.FalsePositives, TrueNegatives + other.TrueNegatives, FalseNegatives + other.FalseNegatives);

    /// <summary>See <see cref="Merge"/>.</summary>
    public static ConfusionCounts operator +(ConfusionCounts left, ConfusionCounts right) => left.Merge(right);

    private static double Ratio(long part, long whole) => whole == 0 ? double.NaN : (double)part / whole;
}
