namespace MLOps.Models;

/// <summary>What to change on a version. Content and origin never change; what is null stays.</summary>
public sealed record VersionChange
{
    /// <summary>For people, at most 4,000 characters; empty removes it.</summary>
    public string? Description { get; init; }

    /// <summary>Labels to set; a null value removes one.</summary>
    public IReadOnlyDictionary<string, string?> Tags { get; init; } = new Dictionary<string, string?>();

    /// <summary>The stage to enter: one that <see cref="Model.Stages"/> allows after the present one, or any plain name when the model declares none.</summary>
    public string? Stage { get; init; }

    /// <summary>The stage that the version must be in now, empty for none; null for any.</summary>
    public string? ExpectedStage { get; init; }

    /// <summary>Puts the version under legal hold, saying why: it is not deleted until the hold is lifted. Empty lifts it.</summary>
    public string? LegalHold { get; init; }

    /// <summary>Why; at most 4,000 characters.</summary>
    public string? Reason { get; init; }
}
