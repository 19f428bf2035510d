namespace MLOps.Statistics;

/// <summary>The squared maximum mean discrepancy of two samples of rows.</summary>
/// <param name="Biased">The V-statistic: at least 0, and 0 for equal samples.</param>
/// <param name="Unbiased">The U-statistic: 0 on average without a difference, so below 0 at times. With a single row in a sample there are no pairs in it, and a pair's similarity counts as 1.</param>
/// <param name="Bandwidth">The sigma that was used, in the unit of the rows that were compared; 0 when all rows are equal.</param>
/// <param name="ReferenceCount">Rows of the reference that took part (those with a value that is not finite left out).</param>
/// <param name="CurrentCount">Rows of the current sample that took part.</param>
public readonly record struct MeanDiscrepancy(double Biased, double Unbiased, double Bandwidth, long ReferenceCount, long CurrentCount);
