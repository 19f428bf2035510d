namespace MLOps.Data;

/// <summary>What a restore did; of a dry run, what it would do.</summary>
public sealed record DatasetRestoreReport
{
    /// <summary>Files that were not there, in ordinal order.</summary>
    public IReadOnlyList<string> Added { get; init; } = [];

    /// <summary>Files that were there with other content, in ordinal order.</summary>
    public IReadOnlyList<string> Replaced { get; init; } = [];

    /// <summary>Files that the version does not have, in ordinal order; always empty unless they were to be removed.</summary>
    public IReadOnlyList<string> Removed { get; init; } = [];

    /// <summary>How many files held the version's content and were left alone.</summary>
    public long Unchanged { get; init; }

    /// <summary>The bytes of the files that were added or replaced.</summary>
    public long Bytes { get; init; }

    /// <summary>True when the folder held what was asked for already.</summary>
    public bool IsEmpty => Added.Count + Replaced.Count + Removed.Count == 0;
}
