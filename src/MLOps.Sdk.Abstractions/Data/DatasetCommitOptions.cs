namespace MLOps.Data;

/// <summary>How to commit a dataset version.</summary>
public sealed record DatasetCommitOptions
{
    /// <summary>Why; at most 4,000 characters.</summary>
    public string? Message { get; init; }

    /// <summary>What the data was derived from, for lineage.</summary>
    public IReadOnlyList<EntityRef> Inputs { get; init; } = [];

    /// <summary>Free facts.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>The version id that the head must have; the empty string for "the dataset must not exist"; null to commit on whatever head there is.</summary>
    public string? ExpectedHead { get; init; }

    /// <summary>Told of each file that is stored.</summary>
    public IProgress<DatasetProgress>? Progress { get; init; }
}
