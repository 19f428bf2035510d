namespace MLOps.Data;

/// <summary>What a collection finds. Nothing was changed by making it.</summary>
public sealed record CollectionPlan
{
    /// <summary>Packs in the store.</summary>
    public int Packs { get; init; }

    /// <summary>Their bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>Packs that nothing needs.</summary>
    public int UnneededPacks { get; init; }

    /// <summary>Packs that would be rewritten: needed in small part, or small and many.</summary>
    public int SparsePacks { get; init; }

    /// <summary>How many bytes would be free afterwards.</summary>
    public long UnneededBytes { get; init; }

    /// <summary>Versions that no branch, tag or pin leads to; their files would be gone, their records stay.</summary>
    public IReadOnlyList<string> UnneededVersions { get; init; } = [];
}
