namespace MLOps.Statistics;

/// <summary>Two numeric samples compared from less than their values: from counts in bins or from quantile sketches. What the values themselves would give lies within the intervals.</summary>
/// <param name="KolmogorovSmirnov">The Kolmogorov-Smirnov statistic, 0..1; NaN when a sample is empty.</param>
/// <param name="PValue">
/// A p-value of the Kolmogorov-Smirnov test that is not too small: from bins that of the counts, which holds its level; from sketches that of the interval's lower end, so that a false
/// alarm is rarer than the level. NaN when a sample is empty.
/// </param>
/// <param name="Wasserstein">The Wasserstein-1 distance in the data's unit.</param>
/// <param name="ReferenceCount">Values of the reference that took part.</param>
/// <param name="CurrentCount">Values of the current sample that took part.</param>
public readonly record struct BoundedComparison(Interval KolmogorovSmirnov, double PValue, Interval Wasserstein, long ReferenceCount, long CurrentCount)
{
    internal static BoundedComparison Empty(double confidence, long reference, long current) => new(Interval.Unknown(confidence), double.NaN, Interval.Unknown(confidence), reference, current);
}
