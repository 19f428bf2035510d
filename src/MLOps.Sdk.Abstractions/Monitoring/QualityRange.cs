namespace MLOps.Monitoring;

/// <summary>A metric with its 95 % interval.</summary>
/// <param name="Value">The value.</param>
/// <param name="Lower">Its lower bound; NaN when there are too few rows for one.</param>
/// <param name="Upper">Its upper bound.</param>
public readonly record struct QualityRange(double Value, double Lower, double Upper);
