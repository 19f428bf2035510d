namespace MLOps.Models;

/// <summary>A version that came from another store: which it was there, and which it is here.</summary>
public sealed record ModelImport
{
    /// <summary>The model here.</summary>
    public required string Model { get; init; }

    /// <summary>The version's number here.</summary>
    public required int Number { get; init; }

    /// <summary>The digest of its content, the same in both stores.</summary>
    public required Digest Digest { get; init; }

    /// <summary>Names the version for ever, in whichever stores it travels: the digest of what it was called where it was registered first, by whom, when, and what it holds.</summary>
    public required Digest Origin { get; init; }

    /// <summary>The model where it was registered first.</summary>
    public required string OriginModel { get; init; }

    /// <summary>Its number there.</summary>
    public required int OriginNumber { get; init; }

    /// <summary>Who registered it there.</summary>
    public required string OriginCreatedBy { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset OriginCreatedAt { get; init; }

    /// <summary>The archive's manifest as it came: alias moves and verdicts of the other store, its runs and dataset versions. They are history here, not facts: no verdict in it opens a protected alias.</summary>
    public required ModelFile History { get; init; }

    /// <summary>Who imported it.</summary>
    public required string ImportedBy { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset ImportedAt { get; init; }
}
