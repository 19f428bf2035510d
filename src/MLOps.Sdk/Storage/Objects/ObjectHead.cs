namespace MLOps.Storage.Objects;

/// <summary>What an object store tells of an object without its bytes.</summary>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Writer">The <see cref="ObjectWrite.Writer"/> that it was written with; null when it has none.</param>
public sealed record ObjectHead(long Length, string? Writer);
