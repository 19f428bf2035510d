namespace MLOps.Data;

/// <summary>What a collection did.</summary>
public sealed record CollectionReport
{
    /// <summary>Packs that were deleted.</summary>
    public int DeletedPacks { get; init; }

    /// <summary>How many bytes became free: deleted, less what was rewritten.</summary>
    public long FreedBytes { get; init; }

    /// <summary>Packs that nothing needs and whose grace has not passed.</summary>
    public int WaitingPacks { get; init; }

    /// <summary>Packs that were to go and were needed after all, by what came in the last moment.</summary>
    public int SparedPacks { get; init; }

    /// <summary>Versions whose files are gone now.</summary>
    public IReadOnlyList<string> CollectedVersions { get; init; } = [];
}
