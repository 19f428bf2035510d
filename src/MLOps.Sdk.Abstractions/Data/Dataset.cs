namespace MLOps.Data;

/// <summary>A named line of dataset versions.</summary>
public sealed record Dataset
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The id of its newest version.</summary>
    public required string Head { get; init; }

    /// <summary>Tag names, with the version ids they name.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>When its head last moved.</summary>
    public DateTimeOffset UpdatedAt { get; init; }
}
