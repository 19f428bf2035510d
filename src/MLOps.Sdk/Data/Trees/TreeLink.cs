using MLOps.Storage.Chunks;

namespace MLOps.Data.Trees;

/// <summary>A node of a tree, seen from above.</summary>
/// <param name="Id">The node.</param>
/// <param name="Files">How many files are under it.</param>
/// <param name="Bytes">The sum of their lengths.</param>
/// <param name="Last">The last path under it; empty for an empty tree.</param>
readonly record struct TreeLink(ChunkId Id, long Files, long Bytes, string Last);
