namespace MLOps.Data;

/// <summary>How far a commit or a restore is.</summary>
/// <param name="Path">The file just finished.</param>
/// <param name="Files">Files finished so far.</param>
/// <param name="TotalFiles">Files in all.</param>
/// <param name="Bytes">Bytes finished so far.</param>
public readonly record struct DatasetProgress(string Path, long Files, long TotalFiles, long Bytes);
