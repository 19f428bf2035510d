namespace MLOps.Experiments;

/// <summary>What people may change about a run at any time, also after its end. What is null stays as it is.</summary>
public sealed record RunChange
{
    /// <summary>A new name: a path (see <see cref="MLOps.Name.RequirePath"/>).</summary>
    public string? Name { get; init; }

    /// <summary>A new note, at most 64,000 bytes of UTF-8; the empty text removes it.</summary>
    public string? Note { get; init; }

    /// <summary>A comment to add: 1 to 8,000 bytes of UTF-8. A run takes 1,000.</summary>
    public string? Comment { get; init; }

    /// <summary>Tags to set or replace; one whose value is null is removed.</summary>
    public IReadOnlyDictionary<string, string?> Tags { get; init; } = new Dictionary<string, string?>();
}
