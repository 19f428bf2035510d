namespace MLOps.Statistics;

/// <summary>One bin of a reliability diagram.</summary>
/// <param name="Count">Rows in the bin.</param>
/// <param name="MeanScore">Their mean score; NaN without rows.</param>
/// <param name="PositiveRate">The share of them that was positive; NaN without rows.</param>
public readonly record struct CalibrationBin(long Count, double MeanScore, double PositiveRate);
