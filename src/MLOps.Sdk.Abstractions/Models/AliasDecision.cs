namespace MLOps.Models;

/// <summary>Whether an alias may point to a version, and what is missing if not.</summary>
/// <param name="Policy">The policy asked; null when the alias has none.</param>
/// <param name="Missing">What is missing, each as a sentence; empty when the alias may be moved.</param>
public sealed record AliasDecision(AliasPolicy? Policy, IReadOnlyList<string> Missing)
{
    /// <summary>True when nothing is missing.</summary>
    public bool IsAllowed => Missing.Count == 0;
}
