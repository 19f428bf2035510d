using MLOps.Predictions;

namespace MLOps.Serving;

/// <summary>An answer, and where it came from.</summary>
/// <typeparam name="TOutput">The answer's type.</typeparam>
/// <param name="Value">The answer.</param>
/// <param name="Version">The number of the model version that gave it.</param>
/// <param name="Id">Names this prediction: labels arrive by it, and lineage begins at it.</param>
/// <param name="Route">Why this version answered: the arm of the model's route, or without a route the alias it was served under.</param>
public readonly record struct Prediction<TOutput>(TOutput Value, int Version, PredictionId Id, string Route);
