namespace MLOps.Models;

/// <summary>A stored file of a model version.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Length">In bytes.</param>
/// <param name="Digest">Of its content.</param>
public sealed record ModelFile(string Path, long Length, Digest Digest);
