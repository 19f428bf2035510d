namespace MLOps.Storage.Chunks;

/// <summary>A part of a content.</summary>
/// <param name="Id">A chunk, or a list of chunks.</param>
/// <param name="Length">How many bytes of the content it is.</param>
readonly record struct ChunkPart(ChunkId Id, long Length);
