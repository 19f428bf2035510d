namespace MLOps.Data;

/// <summary>A file of a dataset version.</summary>
/// <param name="Path">Relative, with <c>/</c>; see <see cref="Name.RequirePath"/>.</param>
/// <param name="Length">In bytes.</param>
/// <param name="Digest">Of its content.</param>
public sealed record DatasetFile(string Path, long Length, Digest Digest);
