using MLOps.Models;

namespace MLOps.Delivery;

/// <summary>Everything that a decision about a deployment rests on. Kept with each change of its state, so that the decision can be made again.</summary>
public sealed record DeploymentEvidence
{
    /// <summary>What each gate it needs said of this content; null for one that has said nothing yet.</summary>
    public IReadOnlyDictionary<string, GateOutcome?> Gates { get; init; } = new Dictionary<string, GateOutcome?>();

    /// <summary>What the alias's policy still lacks, as sentences.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>The version that the alias points to; 0 for none.</summary>
    public int ChampionNumber { get; init; }

    /// <summary>The live servers of the model.</summary>
    public IReadOnlyList<ServerObservation> Servers { get; init; } = [];

    /// <summary>What champion and candidate did, route by route.</summary>
    public IReadOnlyList<ExposureEvidence> Exposures { get; init; } = [];
}
