namespace MLOps.Predictions;

/// <summary>A label as it is kept.</summary>
/// <param name="Id">The prediction.</param>
/// <param name="Value">What really was.</param>
/// <param name="ObservedAt">When it became known: ticks of UTC.</param>
internal readonly record struct StoredLabel(PredictionId Id, double Value, long ObservedAt);
