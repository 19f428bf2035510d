namespace MLOps.Data;

/// <summary>A file of a dataset version.</summary>
/// <param name="Path">Relative, with <c>/</c>; see <see cref="Name.RequirePath"/>.</param>
/// <param name="Length">In bytes.</param>
/// <param name="Digest">Identifies its content: equal digests, equal bytes. The SHA-256 of the bytes when they are one chunk (always up to 16 KiB), otherwise of the list of their chunks.</param>
public sealed record DatasetFile(string Path, long Length, Digest Digest);
