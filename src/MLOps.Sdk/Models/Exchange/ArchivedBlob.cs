namespace MLOps.Models;

/// <summary>Bytes in an archive.</summary>
/// <param name="Digest">Their identity.</param>
/// <param name="Length">How many.</param>
internal sealed record ArchivedBlob(Digest Digest, long Length);
