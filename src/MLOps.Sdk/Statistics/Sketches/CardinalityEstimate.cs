namespace MLOps.Statistics;

/// <summary>How many distinct values there were.</summary>
/// <param name="Value">The estimate.</param>
/// <param name="Lower">The lower bound; at least the number that is certain.</param>
/// <param name="Upper">The upper bound.</param>
public readonly record struct CardinalityEstimate(double Value, double Lower, double Upper);
