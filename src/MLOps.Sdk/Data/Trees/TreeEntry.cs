using MLOps.Storage.Chunks;

namespace MLOps.Data.Trees;

/// <summary>A file in a tree.</summary>
readonly record struct TreeEntry(string Path, ChunkContent Content)
{
    public DatasetFile ToFile() => new(Path, Content.Length, Content.Id.ToDigest());
}
