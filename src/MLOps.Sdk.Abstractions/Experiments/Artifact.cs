namespace MLOps.Experiments;

/// <summary>A file that a run left.</summary>
/// <param name="Path">Its path within the run.</param>
/// <param name="Length">In bytes.</param>
/// <param name="Digest">Of its content.</param>
public sealed record Artifact(string Path, long Length, Digest Digest);
