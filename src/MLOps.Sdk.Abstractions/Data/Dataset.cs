namespace MLOps.Data;

/// <summary>A named line of dataset versions.</summary>
public sealed record Dataset
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The id of the newest version of its branch <c>main</c>.</summary>
    public required string Head { get; init; }

    /// <summary>Branch names, <c>main</c> among them, with the version ids of their heads.</summary>
    public IReadOnlyDictionary<string, string> Branches { get; init; } = new Dictionary<string, string>();

    /// <summary>Tag names, with the version ids they name.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>When the head of <c>main</c> last moved.</summary>
    public DateTimeOffset UpdatedAt { get; init; }
}
