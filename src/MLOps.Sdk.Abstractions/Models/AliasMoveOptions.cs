namespace MLOps.Models;

/// <summary>How to move an alias.</summary>
public sealed record AliasMoveOptions
{
    /// <summary>The version the alias must point to now; 0 for "must not exist"; null for any.</summary>
    public int? ExpectedNumber { get; init; }

    /// <summary>Why; at most 4,000 characters. An override and a rollback need one.</summary>
    public string? Reason { get; init; }

    /// <summary>Moves the alias against its policy. Only somebody named in <see cref="AliasPolicy.MayOverride"/> may, and gives a <see cref="Reason"/>; the history shows it.</summary>
    public bool Override { get; init; }
}
