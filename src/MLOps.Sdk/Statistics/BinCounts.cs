namespace MLOps.Statistics;

/// <summary>How many values of a sample fell into each bin.</summary>
/// <param name="Counts">One count per bin.</param>
/// <param name="NaNCount">Values without a bin, because they were NaN.</param>
public sealed record BinCounts(long[] Counts, long NaNCount);
