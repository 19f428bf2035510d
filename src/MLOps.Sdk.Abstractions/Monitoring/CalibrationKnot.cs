namespace MLOps.Monitoring;

/// <summary>A point of the function that turns a model's scores into probabilities.</summary>
/// <param name="Score">The score.</param>
/// <param name="Probability">The share of positive rows at that score, 0..1.</param>
public readonly record struct CalibrationKnot(double Score, double Probability);
