namespace MLOps.Storage;

/// <summary>A file under a local folder.</summary>
/// <param name="Path">Below the folder, joined by <c>/</c>.</param>
/// <param name="Folder">The folder's full path.</param>
/// <param name="Stamp">As it was when the folder was listed.</param>
readonly record struct LocalFile(string Path, string Folder, FileStamp Stamp)
{
    /// <summary>Where it is; made when it is asked for, because there may be millions.</summary>
    public string FullName => System.IO.Path.Join(Folder, Path);
}
