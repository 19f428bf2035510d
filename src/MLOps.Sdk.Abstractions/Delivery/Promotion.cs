using MLOps.Models;

namespace MLOps.Delivery;

/// <summary>The outcome of a promotion.</summary>
/// <param name="Promoted">True when every gate passed and the alias was moved.</param>
/// <param name="Candidate">The version that was to be promoted.</param>
/// <param name="Previous">The version the alias pointed to before; null when there was none.</param>
/// <param name="Verdicts">The gates' verdicts, which are kept with the registry.</param>
public sealed record Promotion(bool Promoted, ModelVersion Candidate, ModelVersion? Previous, IReadOnlyList<GateVerdict> Verdicts);
