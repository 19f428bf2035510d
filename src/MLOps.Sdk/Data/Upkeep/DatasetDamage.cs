namespace MLOps.Data;

/// <summary>Bytes of a version that are missing or not what was written.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Version">The id of the newest version that has them.</param>
/// <param name="Path">The file; null when the version's list of files is damaged.</param>
/// <param name="Offset">The first byte in the file.</param>
/// <param name="Length">How many bytes; 0 when that cannot be known.</param>
/// <param name="Blob">The blob where they lie or should lie; null when none is known to have them.</param>
/// <param name="Reason">What is wrong.</param>
public sealed record DatasetDamage(string Dataset, string Version, string? Path, long Offset, long Length, string? Blob, string Reason);
