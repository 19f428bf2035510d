namespace MLOps.Storage.Chunks;

/// <summary>
/// Chunks in packs over any <see cref="IBlobStore"/>. A chunk is named by the SHA-256 of its bytes and stored once; what is
/// read is verified. The index in memory is filled from index files and, for packs that none covers, from their footers.
/// </summary>
sealed class ChunkStore(IBlobStore blobs) : IDisposable
{
    /// <summary>So many packs without an index file make it worth writing one; so many index files make it worth merging them.</summary>
    private const int Uncovered = 16, Files = 8;

    private const int AtOnce = 8;

    private readonly SemaphoreSlim _refreshing = new(1);
    private readonly HashSet<string> _indexFiles = new(StringComparer.Ordinal);
    private readonly HashSet<ChunkId> _covered = [];
    private IReadOnlySet<ChunkId> _condemned = new HashSet<ChunkId>();
    private volatile bool _loaded;
    private long _told = -1, _epoch = -1;

    public IBlobStore Blobs => blobs;

    public ChunkIndex Index { get; } = new();

    /// <summary>Packs whose footer cannot be read and that no index file covers.</summary>
    public IReadOnlyCollection<BlobInfo> Unreadable { get; private set; } = [];

    /// <summary>Fills the index once.</summary>
    public ValueTask OpenAsync(CancellationToken cancellationToken) => _loaded ? default : RefreshAsync(cancellationToken);

    /// <summary>
    /// Looks which packs came and went, unless that was done since the last collection: what another process stored meanwhile is looked for when
    /// something names it, and not before each of many small commits.
    /// </summary>
    public async ValueTask RefreshSinceAsync(long epoch, IReadOnlySet<ChunkId> condemned, CancellationToken cancellationToken)
    {
        if (_loaded && Interlocked.Read(ref _epoch) >= epoch) return;
        await RefreshAsync(epoch, condemned, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Looks which packs came and went; those that a collector is about to delete stay as they were told last.</summary>
    public ValueTask RefreshAsync(CancellationToken cancellationToken) => RefreshAsync(-1, _condemned, cancellationToken);

    /// <summary>Looks which packs came and went.</summary>
    /// <param name="epoch">The version of the record of collections that says so. An older one than was told before changes nothing: whoever relies on it fails at its commit, and others must not be misled.</param>
    /// <param name="condemned">The packs that a collector is about to delete.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask RefreshAsync(long epoch, IReadOnlySet<ChunkId> condemned, CancellationToken cancellationToken)
    {
        await _refreshing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (epoch > _told)
            {
                _condemned = condemned;
                _told = epoch;
            }


            var present = new Dictionary<ChunkId, long>();
            await foreach (var blob in blobs.ListAsync(PackFormat.Prefix, cancellationToken).ConfigureAwait(false))
                if (PackFormat.NameOf(blob.Key) is { } name) present[name] = blob.Length;
            Index.Update(present.Keys.ToHashSet(), _condemned);
            if (present.Keys.Any(name => !Index.Knows(name))) await ReadIndexFilesAsync(present, cancellationToken).ConfigureAwait(false);
            await ReadFootersAsync([.. present.Where(p => !Index.Knows(p.Key))], cancellationToken).ConfigureAwait(false);
            _loaded = true;
            Interlocked.Exchange(ref _epoch, _told);
        }
        finally
        {
            _refreshing.Release();
        }
    }

    /// <summary>Where a chunk is; packs that came since are looked at before it is called missing.</summary>
    public async ValueTask<ChunkPlace?> FindAsync(ChunkId id, CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        if (Index.TryFind(id, out var place)) return place;
        await RefreshAsync(cancellationToken).ConfigureAwait(false);
        return Index.TryFind(id, out place) ? place : null;
    }

    /// <summary>Writes an index file when many packs have none, and one in the place of many.</summary>
    public async ValueTask WriteIndexAsync(CancellationToken cancellationToken)
    {
        List<string> merged;
        List<KnownPack> packs;
        await _refreshing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            packs = Index.Packs();
            merged = _indexFiles.Count >= Files ? [.. _indexFiles] : [];
            if (merged.Count == 0) packs.RemoveAll(p => _covered.Contains(p.Name));
            if (packs.Count < Uncovered) return;
            var (key, bytes) = IndexFile.Write(packs);
            using (var content = new MemoryStream(bytes, writable: false)) await blobs.WriteAsync(key, content, null, cancellationToken).ConfigureAwait(false);
            _indexFiles.Add(key);
            foreach (var pack in packs) _covered.Add(pack.Name);
            foreach (var old in merged)
            {
                if (old == key) continue;
                await blobs.DeleteAsync(old, cancellationToken).ConfigureAwait(false);
                _indexFiles.Remove(old);
            }
        }
        finally
        {
            _refreshing.Release();
        }
    }

    public void Dispose() => _refreshing.Dispose();

    private async ValueTask ReadIndexFilesAsync(Dictionary<ChunkId, long> present, CancellationToken cancellationToken)
    {
        await foreach (var blob in blobs.ListAsync(IndexFile.Prefix, cancellationToken).ConfigureAwait(false))
        {
            if (_indexFiles.Contains(blob.Key)) continue;
            foreach (var pack in await ReadIndexFileAsync(blob, cancellationToken).ConfigureAwait(false) ?? [])
            {
                if (!present.ContainsKey(pack.Name)) continue;
                _covered.Add(pack.Name);
                Index.Add(pack.Name, pack.Length, pack.Entries, _condemned.Contains(pack.Name));
            }

            _indexFiles.Add(blob.Key);
        }
    }

    private async ValueTask<List<KnownPack>?> ReadIndexFileAsync(BlobInfo blob, CancellationToken cancellationToken)
    {
        try
        {
            var stream = await blobs.OpenAsync(blob.Key, null, cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                var bytes = new byte[blob.Length];
                return await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) == bytes.Length ? IndexFile.Read(bytes) : null;
            }
        }
        catch (MLOpsNotFoundException)
        {
            // Another process merged it away meanwhile.
            return null;
        }
    }

    private async ValueTask ReadFootersAsync(List<KeyValuePair<ChunkId, long>> packs, CancellationToken cancellationToken)
    {
        var unreadable = new List<BlobInfo>();
        await Parallel.ForEachAsync(packs, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (pack, token) =>
        {
            if (await PackFooter.ReadAsync(blobs, pack.Key, pack.Value, token).ConfigureAwait(false) is { } entries)
                Index.Add(pack.Key, pack.Value, entries, _condemned.Contains(pack.Key));
            else
                lock (unreadable) unreadable.Add(new BlobInfo(PackFormat.Key(pack.Key), pack.Value));
        }).ConfigureAwait(false);
        Unreadable = unreadable;
    }
}
