namespace MLOps.Storage.Relational;

/// <summary>A row of <c>mlops_block</c>.</summary>
/// <param name="Stream">The stream's number.</param>
/// <param name="Position">The block's position in it.</param>
/// <param name="Bytes">The block.</param>
public readonly record struct BlockRow(long Stream, long Position, ReadOnlyMemory<byte> Bytes);
