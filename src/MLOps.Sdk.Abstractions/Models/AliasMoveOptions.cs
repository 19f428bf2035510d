namespace MLOps.Models;

/// <summary>How to move an alias.</summary>
public sealed record AliasMoveOptions
{
    /// <summary>The version the alias must point to now; 0 for "must not exist"; null for any.</summary>
    public int? ExpectedNumber { get; init; }

    /// <summary>Why; at most 4,000 characters.</summary>
    public string? Reason { get; init; }
}
