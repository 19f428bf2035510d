using MLOps.Storage.Chunks;

namespace MLOps.Data.Trees;

/// <summary>A path that differs between two trees.</summary>
/// <param name="Path">The path.</param>
/// <param name="From">Its content in the first; null when it is not there.</param>
/// <param name="To">Its content in the second; null when it is not there.</param>
readonly record struct TreeChange(string Path, ChunkContent? From, ChunkContent? To);
