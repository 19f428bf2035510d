namespace MLOps.Statistics;

/// <summary>
/// Intervals and tests for areas under the ROC curve without assuming a distribution (DeLong, DeLong and Clarke-Pearson 1988), by mid-ranks in O(n log n) (Sun and Xu 2014).
/// </summary>
/// <remarks>
/// The variance is that of the placements: of each positive among the negatives and of each negative among the positives. Needs at least two rows of each class, otherwise the limits are
/// NaN; perfectly separated or constant scores have variance 0, and the interval is a point: use a bootstrap or a larger sample there. Rows whose score is NaN are left out.
/// </remarks>
/// <example><code>
/// bool[] truths = [true, true, true, false, false, false];
/// Interval auc = DeLong.Auc(truths, [0.9, 0.8, 0.3, 0.5, 0.2, 0.1]);                                       // 0.889: 8 of 9 pairs are right
/// AucDifference gain = DeLong.Difference(truths, [0.9, 0.8, 0.3, 0.5, 0.2, 0.1], [0.9, 0.4, 0.3, 0.5, 0.2, 0.6]);
/// </code></example>
public static class DeLong
{
    /// <summary>The area under the ROC curve and its normal interval, cut to 0..1.</summary>
    /// <param name="truths">Whether each row was positive.</param>
    /// <param name="scores">The score of each row, in the same order.</param>
    /// <param name="confidence">Between 0 and 1; 0.95 by default.</param>
    /// <exception cref="MLOpsInvalidException">The lengths differ, or the confidence is out of range.</exception>
    public static Interval Auc(ReadOnlySpan<bool> truths, ReadOnlySpan<double> scores, double confidence = 0.95)
    {
        Rows.Same(truths.Length, scores.Length, "scores");
        var placements = AucPlacements.Of(truths, scores, scores);
        var half = StandardNormal.TwoSided(Rows.Confidence(confidence)) * Math.Sqrt(AucPlacements.Covariance(placements, placements));
        return new(placements.Auc, Math.Max(0, placements.Auc - half), Math.Min(1, placements.Auc + half), confidence);
    }

    /// <summary>
    /// The difference first - second of the areas of two models on the same rows, whose errors go together: interval and two-sided z-test. Rows in which either score is NaN are left out.
    /// </summary>
    /// <param name="truths">Whether each row was positive.</param>
    /// <param name="first">The first model's scores, in the same order.</param>
    /// <param name="second">The second model's.</param>
    /// <param name="confidence">Between 0 and 1; 0.95 by default.</param>
    /// <exception cref="MLOpsInvalidException">The lengths differ, or the confidence is out of range.</exception>
    public static AucDifference Difference(ReadOnlySpan<bool> truths, ReadOnlySpan<double> first, ReadOnlySpan<double> second, double confidence = 0.95)
    {
        Rows.Same(truths.Length, first.Length, "scores of the first model");
        Rows.Same(truths.Length, second.Length, "scores of the second model");
        AucPlacements a = AucPlacements.Of(truths, first, second), b = AucPlacements.Of(truths, second, first);
        var variance = AucPlacements.Covariance(a, a) + AucPlacements.Covariance(b, b) - 2 * AucPlacements.Covariance(a, b);
        double difference = a.Auc - b.Auc, error = Math.Sqrt(Math.Max(0, variance)), half = StandardNormal.TwoSided(Rows.Confidence(confidence)) * error;
        var z = difference == 0 && !double.IsNaN(error) ? 0 : difference / error;
        return new(a.Auc, b.Auc, new(difference, Math.Max(-1, difference - half), Math.Min(1, difference + half), confidence), z, double.IsNaN(z) ? double.NaN : SpecialTail.TwoSidedNormal(z));
    }
}
