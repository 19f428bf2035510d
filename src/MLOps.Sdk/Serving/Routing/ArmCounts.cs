namespace MLOps.Serving;

/// <summary>What one server has counted under one revision of a route, since that revision began there; written every few seconds, always as a whole.</summary>
internal sealed record ArmCounts
{
    public required string Model { get; init; }

    public required string Alias { get; init; }

    public required string Instance { get; init; }

    public required long Revision { get; init; }

    public string? DeploymentId { get; init; }

    public required IReadOnlyList<ArmCount> Arms { get; init; }

    /// <summary>By the server's clock; to be shown.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
}
