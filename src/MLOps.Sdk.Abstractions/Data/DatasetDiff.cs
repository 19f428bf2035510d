namespace MLOps.Data;

/// <summary>What differs between two versions, each list in ordinal order of paths.</summary>
public sealed record DatasetDiff
{
    /// <summary>Files that only the second has.</summary>
    public IReadOnlyList<DatasetFile> Added { get; init; } = [];

    /// <summary>Paths that both have, with other content.</summary>
    public IReadOnlyList<DatasetModification> Modified { get; init; } = [];

    /// <summary>Files that only the first has.</summary>
    public IReadOnlyList<DatasetFile> Removed { get; init; } = [];

    /// <summary>Files of the first that the second has under another path; they are neither added nor removed.</summary>
    public IReadOnlyList<DatasetRename> Renamed { get; init; } = [];

    /// <summary>True when the versions hold the same files.</summary>
    public bool IsEmpty => Added.Count + Modified.Count + Removed.Count + Renamed.Count == 0;
}
