namespace MLOps.Models;

/// <summary>What to change on a model. What is null stays.</summary>
public sealed record ModelChange
{
    /// <summary>For people, at most 4,000 characters; empty removes it.</summary>
    public string? Description { get; init; }

    /// <summary>Labels to set; a null value removes one.</summary>
    public IReadOnlyDictionary<string, string?> Tags { get; init; } = new Dictionary<string, string?>();

    /// <summary>The stages of its versions; those that have another stage keep it until they are moved.</summary>
    public ModelStages? Stages { get; init; }

    /// <summary>Why; at most 4,000 characters.</summary>
    public string? Reason { get; init; }
}
