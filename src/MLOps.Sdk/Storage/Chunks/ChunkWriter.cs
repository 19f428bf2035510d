namespace MLOps.Storage.Chunks;

/// <summary>
/// Stores chunks that the store does not have: compressed when it pays, gathered into packs, which are uploaded while the next
/// one begins to fill. One pack and 1 MiB are in memory. Nothing is durable before <see cref="FlushAsync"/> returned; what is not flushed is
/// forgotten. Thread-safe.
/// </summary>
/// <param name="store">Where they go.</param>
/// <param name="compression">How, where it pays.</param>
/// <param name="wanted">The only chunks to store, whether or not the store seems to have them; null for all that it does not have.</param>
sealed class ChunkWriter(ChunkStore store, Compression compression, IReadOnlySet<ChunkId>? wanted = null) : IAsyncDisposable
{
    /// <summary>How much of the next pack is filled while one is on its way: it bounds what is in memory.</summary>
    private const int Ahead = 1 << 20;

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _filling = new(1);
    /// <summary>What was put and is in no pack yet that the index knows.</summary>
    private readonly HashSet<ChunkId> _mine = [];
    private readonly Stack<byte[]> _spare = new();
    private PackBuilder? _pack;
    private Task _upload = Task.CompletedTask;
    private long _newBytes, _storedBytes, _newChunks;
    private int _packs;
    private bool _again;

    /// <summary>How many chunks were new.</summary>
    public int NewChunks => (int)Read(ref _newChunks);

    /// <summary>Bytes of chunks that were new, before compression.</summary>
    public long NewBytes => Read(ref _newBytes);

    /// <summary>Bytes that they take.</summary>
    public long StoredBytes => Read(ref _storedBytes);

    /// <summary>Stores a chunk unless it is there.</summary>
    public async ValueTask<ChunkId> PutAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var id = ChunkId.Of(bytes.Span);
        await PutAsync(id, bytes, compression, cancellationToken).ConfigureAwait(false);
        return id;
    }

    /// <summary>Stores a chunk of the store's own making: lists of chunks and trees are small, and compressed whatever is chosen for data.</summary>
    public async ValueTask<ChunkId> PutListAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var id = ChunkId.Of(bytes.Span);
        await PutAsync(id, bytes, compression == Compression.None ? Compression.Zlib : compression, cancellationToken).ConfigureAwait(false);
        return id;
    }

    /// <summary>True when a chunk would be stored if it were put.</summary>
    public bool Lacks(ChunkId id)
    {
        if (store.Index.Holds(id)) return false;
        lock (_lock) return !_mine.Contains(id);
    }

    /// <summary>Stores a chunk as it stands in another pack; its bytes were verified.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="place">How it is compressed and how long it is.</param>
    /// <param name="stored">Its compressed bytes.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <param name="again">Stores it although the store has it: in a pack that is to go.</param>
    /// <returns>True when it was new.</returns>
    public async ValueTask<bool> PutStoredAsync(ChunkId id, ChunkPlace place, ReadOnlyMemory<byte> stored, CancellationToken cancellationToken, bool again = false)
    {
        if (!Claim(id, again)) return false;
        await AddAsync(id, stored, place.Length, place.Codec, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Uploads what is left. When it returns, every chunk that was put is durable.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await _filling.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _upload.ConfigureAwait(false);
            if (_pack is { IsEmpty: false }) Upload(cancellationToken);
            await _upload.ConfigureAwait(false);
        }
        finally
        {
            _filling.Release();
        }

        if (_packs > 0) await store.WriteIndexAsync(cancellationToken).ConfigureAwait(false);
        _packs = 0;
    }

    public async ValueTask DisposeAsync()
    {
        await _upload.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _filling.Dispose();
    }

    private long Read(ref long count)
    {
        lock (_lock) return count;
    }

    private ValueTask PutAsync(ChunkId id, ReadOnlyMemory<byte> bytes, Compression codec, CancellationToken cancellationToken) =>
        Claim(id, again: false) ? CompressAsync(id, bytes, codec, cancellationToken) : ValueTask.CompletedTask;

    private bool Claim(ChunkId id, bool again)
    {
        if (wanted is not null && !wanted.Contains(id)) return false;
        lock (_lock)
        {
            if (wanted is null && !again && store.Index.Holds(id)) return false;
            _again |= again;
            if (!_mine.Add(id)) return false;
            _newChunks++;
            return true;
        }
    }

    /// <summary>What the index knows need not be remembered here, unless chunks are stored that the index had before.</summary>
    private void Known(IReadOnlyList<PackEntry> entries)
    {
        if (wanted is not null) return;
        lock (_lock)
        {
            if (_again) return;
            foreach (var entry in entries) _mine.Remove(entry.Id);
        }
    }

    private ValueTask CompressAsync(ChunkId id, ReadOnlyMemory<byte> bytes, Compression codec, CancellationToken cancellationToken) =>
        Compressor.TryCompress(codec, bytes.Span, out var written) is { } buffer
            ? AddRentedAsync(id, buffer, written, bytes.Length, codec, cancellationToken)
            : AddAsync(id, bytes, bytes.Length, Compression.None, cancellationToken);

    private async ValueTask AddRentedAsync(ChunkId id, byte[] buffer, int written, int length, Compression codec, CancellationToken cancellationToken)
    {
        try
        {
            await AddAsync(id, buffer.AsMemory(0, written), length, codec, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private ValueTask AddAsync(ChunkId id, ReadOnlyMemory<byte> stored, int length, Compression codec, CancellationToken cancellationToken) =>
        TryAdd(id, stored.Span, length, codec) ? ValueTask.CompletedTask : AddWhenThereIsRoomAsync(id, stored, length, codec, cancellationToken);

    private bool TryAdd(ChunkId id, ReadOnlySpan<byte> stored, int length, Compression codec)
    {
        lock (_lock)
        {
            if (_pack is null || _pack.Length >= (_upload.IsCompleted ? PackFormat.Target : Ahead)) return false;
            _pack.Add(id, stored, length, codec);
            _newBytes += length;
            _storedBytes += stored.Length;
            return true;
        }
    }

    private async ValueTask AddWhenThereIsRoomAsync(ChunkId id, ReadOnlyMemory<byte> stored, int length, Compression codec, CancellationToken cancellationToken)
    {
        await _filling.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (!TryAdd(id, stored.Span, length, codec))
            {
                await _upload.ConfigureAwait(false);
                if (_pack is { Length: >= PackFormat.Target }) Upload(cancellationToken);
                lock (_lock) _pack ??= new PackBuilder(_spare);
            }
        }
        finally
        {
            _filling.Release();
        }
    }

    /// <summary>Sends the pack off; the one before it arrived.</summary>
    private void Upload(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var pack = _pack!;
            _pack = null;
            _packs++;
            _upload = Task.Run(async () =>
            {
                var (name, content) = pack.Seal();
                await using (content.ConfigureAwait(false))
                    await store.Blobs.WriteAsync(PackFormat.Key(name), content, null, cancellationToken).ConfigureAwait(false);
                store.Index.Add(name, pack.Length, [.. pack.Entries]);
                Known(pack.Entries);
                pack.Release();
            }, cancellationToken);
        }
    }
}
