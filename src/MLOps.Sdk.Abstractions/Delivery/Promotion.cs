using MLOps.Models;

namespace MLOps.Delivery;

/// <summary>The outcome of a promotion.</summary>
/// <param name="Promoted">True when every gate passed, the policy of the alias holds and the alias was moved.</param>
/// <param name="Candidate">The version that was to be promoted.</param>
/// <param name="Previous">The version the alias pointed to before; null when there was none.</param>
/// <param name="Verdicts">The gates' verdicts, which are kept with the registry.</param>
public sealed record Promotion(bool Promoted, ModelVersion Candidate, ModelVersion? Previous, IReadOnlyList<GateVerdict> Verdicts)
{
    /// <summary>What the alias's policy found missing although the gates passed, an approval for instance; null when it said nothing.</summary>
    public string? Refusal { get; init; }
}
