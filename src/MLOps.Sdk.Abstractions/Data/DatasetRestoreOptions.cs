namespace MLOps.Data;

/// <summary>How to restore a dataset version.</summary>
public sealed record DatasetRestoreOptions
{
    /// <summary>Replace files of the same path that differ; otherwise such a file is an <see cref="MLOpsConflictException"/> before anything is written.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Remove files under the folder that the version does not have, so that it holds exactly the version. Folders, and what lies behind links, are left alone.</summary>
    public bool RemoveOthers { get; init; }

    /// <summary>Write and remove nothing: say what differs. With <see cref="Overwrite"/> and <see cref="RemoveOthers"/> it compares a folder with a version.</summary>
    public bool DryRun { get; init; }

    /// <summary>Told of each file that is written or found unchanged.</summary>
    public IProgress<DatasetProgress>? Progress { get; init; }
}
