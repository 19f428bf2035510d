namespace MLOps.Models;

/// <summary>A named line of model versions.</summary>
public sealed record Model
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The highest version number so far.</summary>
    public required int LatestNumber { get; init; }

    /// <summary>When the first version was registered.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
