namespace MLOps.Storage.Chunks;

/// <summary>
/// Stores chunks that the store does not have: compressed when it pays, gathered into packs, which are uploaded while the next
/// one fills. At most two packs are in memory. Nothing is durable before <see cref="FlushAsync"/> returned; what is not flushed is
/// forgotten. Thread-safe.
/// </summary>
/// <param name="store">Where they go.</param>
/// <param name="compression">How, where it pays.</param>
/// <param name="wanted">The only chunks to store, whether or not the store seems to have them; null for all that it does not have.</param>
sealed class ChunkWriter(ChunkStore store, Compression compression, IReadOnlySet<ChunkId>? wanted = null) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _filling = new(1);
    private readonly HashSet<ChunkId> _mine = [];
    private readonly Stack<byte[]> _spare = new();
    private PackBuilder? _pack;
    private Task _upload = Task.CompletedTask;
    private long _newBytes, _storedBytes;
    private int _packs;

    /// <summary>How many chunks were new.</summary>
    public int NewChunks
    {
        get
        {
            lock (_lock) return _mine.Count;
        }
    }

    /// <summary>Bytes of chunks that were new, before compression.</summary>
    public long NewBytes => Interlocked.Read(ref _newBytes);

    /// <summary>Bytes that they take.</summary>
    public long StoredBytes => Interlocked.Read(ref _storedBytes);

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
            if (_pack is { IsEmpty: false }) await UploadAsync(cancellationToken).ConfigureAwait(false);
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

    private ValueTask PutAsync(ChunkId id, ReadOnlyMemory<byte> bytes, Compression codec, CancellationToken cancellationToken) =>
        Claim(id, again: false) ? CompressAsync(id, bytes, codec, cancellationToken) : ValueTask.CompletedTask;

    private bool Claim(ChunkId id, bool again)
    {
        if (wanted is not null ? !wanted.Contains(id) : !again && store.Index.Holds(id)) return false;
        lock (_lock) return _mine.Add(id);
    }

    private async ValueTask CompressAsync(ChunkId id, ReadOnlyMemory<byte> bytes, Compression codec, CancellationToken cancellationToken)
    {
        if (Compressor.TryCompress(codec, bytes.Span, out var written) is { } buffer)
        {
            try
            {
                await AddAsync(id, buffer.AsMemory(0, written), bytes.Length, codec, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
            }
        }
        else await AddAsync(id, bytes, bytes.Length, Compression.None, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask AddAsync(ChunkId id, ReadOnlyMemory<byte> stored, int length, Compression codec, CancellationToken cancellationToken)
    {
        await _filling.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _pack ??= new PackBuilder(_spare);
            _pack.Add(id, stored.Span, length, codec);
            Interlocked.Add(ref _newBytes, length);
            Interlocked.Add(ref _storedBytes, stored.Length);
            if (_pack.Length >= PackFormat.Target) await UploadAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _filling.Release();
        }
    }

    /// <summary>Sends the pack off when the one before it arrived.</summary>
    private async ValueTask UploadAsync(CancellationToken cancellationToken)
    {
        await _upload.ConfigureAwait(false);
        var pack = _pack!;
        _pack = null;
        _packs++;
        _upload = Task.Run(async () =>
        {
            var (name, content) = pack.Seal();
            await using (content.ConfigureAwait(false))
                await store.Blobs.WriteAsync(PackFormat.Key(name), content, null, cancellationToken).ConfigureAwait(false);
            store.Index.Add(name, pack.Length, pack.Entries);
            pack.Release();
        }, cancellationToken);
    }
}
