namespace MLOps.Storage.Chunks;

/// <summary>Which chunks are not what their ids say, found by reading packs from end to end.</summary>
sealed class DamagedChunks(ChunkStore chunks)
{
    /// <summary>A damaged chunk, and why.</summary>
    public Dictionary<ChunkId, (string Blob, string Reason)> Chunks { get; } = [];

    /// <summary>Packs that hold one, or cannot be read.</summary>
    public HashSet<ChunkId> Packs { get; } = [];

    public long BytesRead { get; private set; }

    /// <summary>Reads chunks of all packs.</summary>
    /// <param name="part">Which part of them: 0 to look at the packs' lengths only, 1 to read all.</param>
    /// <param name="random">Chooses.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask FindAsync(double part, Random random, CancellationToken cancellationToken)
    {
        foreach (var blob in chunks.Unreadable)
            if (PackFormat.NameOf(blob.Key) is { } name) Packs.Add(name);
        var lengths = new Dictionary<string, long>(StringComparer.Ordinal);
        await foreach (var blob in chunks.Blobs.ListAsync(PackFormat.Prefix, cancellationToken).ConfigureAwait(false)) lengths[blob.Key] = blob.Length;
        var reader = new ChunkReader(chunks);
        await using (reader.ConfigureAwait(false))
            foreach (var pack in chunks.Index.Packs()) await FindAsync(reader, pack, lengths.GetValueOrDefault(pack.Key, -1), part, random, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask FindAsync(ChunkReader reader, KnownPack pack, long length, double part, Random random, CancellationToken cancellationToken)
    {
        var footer = part < 1 || await PackFooter.ReadAsync(chunks.Blobs, pack.Name, pack.Length, cancellationToken).ConfigureAwait(false) is not null;
        // A footer that only an index file still knows makes the pack one to be written anew.
        if (!footer || length != pack.Length) Packs.Add(pack.Name);
        foreach (var entry in pack.Entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!entry.IsChunk || !chunks.Index.TryFind(entry.Id, out var place)) continue;
            if (entry.Offset + (long)entry.Stored > length) Add(entry, pack, length < 0 ? "its pack is gone" : $"its pack ends at byte {length}");
            else if (part >= 1 || (part > 0 && random.NextDouble() < part)) await ReadAsync(reader, pack, entry, place.Pack, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask ReadAsync(ChunkReader reader, KnownPack pack, PackEntry entry, int number, CancellationToken cancellationToken)
    {
        if (chunks.Index.Pack(number) != pack) return;
        try
        {
            await reader.ReadAsync(entry.Id, cancellationToken).ConfigureAwait(false);
            BytesRead += entry.Length;
        }
        catch (MLOpsIntegrityException error)
        {
            Add(entry, pack, error.Message);
        }
    }

    private void Add(PackEntry entry, KnownPack pack, string reason)
    {
        Chunks.TryAdd(entry.Id, (pack.Key, reason));
        Packs.Add(pack.Name);
    }
}
