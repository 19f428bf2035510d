namespace MLOps.Storage;

/// <summary>A stored block.</summary>
/// <param name="Position">Its position, from 0.</param>
/// <param name="Bytes">The bytes as written.</param>
public readonly record struct StreamBlock(long Position, ReadOnlyMemory<byte> Bytes);
