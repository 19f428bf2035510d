namespace MLOps.Models;

/// <summary>A named line of model versions.</summary>
public sealed record Model
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The highest version number so far; that version may have been deleted.</summary>
    public required int LatestNumber { get; init; }

    /// <summary>When the first version was registered.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>For people.</summary>
    public string? Description { get; init; }

    /// <summary>Free labels.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>The stages of its versions; null when none are declared.</summary>
    public ModelStages? Stages { get; init; }
}
