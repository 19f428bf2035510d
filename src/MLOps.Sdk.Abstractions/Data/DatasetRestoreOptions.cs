namespace MLOps.Data;

/// <summary>How to restore a dataset version.</summary>
public sealed record DatasetRestoreOptions
{
    /// <summary>Replace files of the same path that differ; otherwise such a file is an <see cref="MLOpsConflictException"/> before anything is written.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Told of each file that is written.</summary>
    public IProgress<DatasetProgress>? Progress { get; init; }
}
