namespace MLOps.Models;

/// <summary>A person's word that one content may be what an alias points to. It holds for that content only, and until it is revoked.</summary>
public sealed record Approval
{
    /// <summary>The model.</summary>
    public required string Model { get; init; }

    /// <summary>The alias that it is for.</summary>
    public required string Alias { get; init; }

    /// <summary>The version approved.</summary>
    public required int Number { get; init; }

    /// <summary>The digest of the content approved.</summary>
    public required Digest Digest { get; init; }

    /// <summary>Who approved.</summary>
    public required string By { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Why; at most 4,000 characters.</summary>
    public string? Reason { get; init; }

    /// <summary>When it was revoked; null while it stands.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Who revoked it.</summary>
    public string? RevokedBy { get; init; }

    /// <summary>Why it was revoked.</summary>
    public string? RevokedReason { get; init; }
}
