namespace MLOps.Data;

/// <summary>How to commit a dataset version.</summary>
public sealed record DatasetCommitOptions
{
    /// <summary>The branch to commit to: <c>main</c> by default, which the first commit makes; any other must exist (see <see cref="IDatasetStore.BranchAsync"/>).</summary>
    public string Branch { get; init; } = "main";

    /// <summary>Why; at most 4,000 characters.</summary>
    public string? Message { get; init; }

    /// <summary>What the data was derived from, for lineage.</summary>
    public IReadOnlyList<EntityRef> Inputs { get; init; } = [];

    /// <summary>Where the data came from.</summary>
    public DatasetSource? Source { get; init; }

    /// <summary>The version of the code that made the data: a git commit, a package version.</summary>
    public string? CodeVersion { get; init; }

    /// <summary>Free facts.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>The version id that the head must have; the empty string for "the dataset must not exist". Null to commit on whatever head there is: when it moves meanwhile and the other commits touched other paths, this change is laid on them.</summary>
    public string? ExpectedHead { get; init; }

    /// <summary>Allows a version without any file; otherwise that is an <see cref="MLOpsInvalidException"/>, because it is most often a wrong folder.</summary>
    public bool AllowEmpty { get; init; }

    /// <summary>Told of each file that is stored.</summary>
    public IProgress<DatasetProgress>? Progress { get; init; }
}
