namespace MLOps.Serving;

/// <summary>
/// Which versions of a model answer under an alias, for whom and how often. A deployment writes it, every server that follows the alias
/// obeys it; without one the alias alone decides. Immutable.
/// </summary>
internal sealed record Route
{
    /// <summary>Shares are parts of this.</summary>
    public const int Whole = 10_000;

    public required string Model { get; init; }

    public required string Alias { get; init; }

    /// <summary>Rises with every change; given by <see cref="RouteRecords.Put"/>.</summary>
    public long Revision { get; init; }

    /// <summary>The deployment that wrote it; null for none.</summary>
    public string? DeploymentId { get; init; }

    /// <summary>Decides together with a request's key who is among the first: another for each deployment, so that it is not always the same.</summary>
    public required string Salt { get; init; }

    /// <summary>At least one; the first is the champion, to whom falls whatever goes wrong with another. Their shares sum up to <see cref="Whole"/>.</summary>
    public required IReadOnlyList<RouteArm> Arms { get; init; }

    /// <summary>A version that is asked beside, after the answer; null for none.</summary>
    public RouteShadow? Shadow { get; init; }

    /// <summary>Exceptions from the shares. A pin goes before a header, a header before a tenant; among equals the first that holds.</summary>
    public IReadOnlyList<RouteRule> Rules { get; init; } = [];

    /// <summary>When a server takes an arm out by itself.</summary>
    public RouteLimits Limits { get; init; } = new();

    /// <summary>Given by <see cref="RouteRecords.Put"/>.</summary>
    public DateTimeOffset UpdatedAt { get; init; }
}
