namespace MLOps.Storage.Chunks;

/// <summary>A content in a chunk store: what somebody must keep to have it again.</summary>
/// <param name="Id">The chunk that is the content, or the top list of its chunks.</param>
/// <param name="IsList">Whether it is a list.</param>
/// <param name="Length">In bytes.</param>
readonly record struct ChunkContent(ChunkId Id, bool IsList, long Length);
