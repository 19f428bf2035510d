namespace MLOps.Predictions;

/// <summary>The truth about a prediction, known later.</summary>
/// <param name="Id">The prediction.</param>
/// <param name="Value">What really was: the target's value; 0 or 1 for a class. Must be finite.</param>
/// <param name="ObservedAt">When it became known; the store's clock when null.</param>
public readonly record struct PredictionLabel(PredictionId Id, double Value, DateTimeOffset? ObservedAt = null);
