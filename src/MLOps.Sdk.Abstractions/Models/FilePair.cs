namespace MLOps.Models;

/// <summary>A file that differs between two versions.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Left">In the left; null when it is not there.</param>
/// <param name="Right">In the right; null when it is not there.</param>
public sealed record FilePair(string Path, ModelFile? Left, ModelFile? Right);
