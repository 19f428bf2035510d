namespace MLOps.Data;

/// <summary>The kinds of <see cref="DatasetEdit"/>.</summary>
public enum DatasetEditKind
{
    /// <summary>Add or replace a file.</summary>
    Put,

    /// <summary>Remove a file.</summary>
    Remove,

    /// <summary>Add every file under a local folder.</summary>
    Folder,
}
