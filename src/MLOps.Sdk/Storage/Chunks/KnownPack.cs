namespace MLOps.Storage.Chunks;

/// <summary>A pack that an index knows.</summary>
sealed class KnownPack(ChunkId name, long length, PackEntry[] entries)
{
    public ChunkId Name => name;

    public string Key => PackFormat.Key(name);

    public long Length => length;

    public PackEntry[] Entries => entries;

    /// <summary>The bytes of its chunks.</summary>
    public long Stored { get; } = entries.Sum(e => (long)e.Stored);

    /// <summary>A collector is about to delete it: what is in it must be stored again to be relied upon.</summary>
    public bool Condemned { get; set; }

    public bool Gone { get; set; }
}
