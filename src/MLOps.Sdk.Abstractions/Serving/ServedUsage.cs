namespace MLOps.Serving;

/// <summary>What a loaded version was asked, and how long it took, since it was loaded into this process.</summary>
/// <param name="Rows">Rows that it answered.</param>
/// <param name="Failures">Rows for which it threw.</param>
/// <param name="Median">Half of the calls took no longer, to a fifth; one call in sixteen is timed. Null before the first.</param>
/// <param name="Percentile99">And 99 of 100.</param>
public sealed record ServedUsage(long Rows, long Failures, TimeSpan? Median, TimeSpan? Percentile99);
