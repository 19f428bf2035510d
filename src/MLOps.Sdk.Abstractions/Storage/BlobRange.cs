namespace MLOps.Storage;

/// <summary>A half-open range of a blob's bytes.</summary>
/// <param name="Offset">First byte, from 0; beyond the end gives an empty stream.</param>
/// <param name="Length">How many bytes, at least 0; null for all that follow.</param>
public readonly record struct BlobRange(long Offset, long? Length = null);
