namespace MLOps.Storage;

/// <summary>A file under a local folder.</summary>
/// <param name="Path">Below the folder, joined by <c>/</c>.</param>
/// <param name="FullName">Where it is.</param>
/// <param name="Stamp">As it was when the folder was listed.</param>
readonly record struct LocalFile(string Path, string FullName, FileStamp Stamp);
