using System.Buffers;

namespace MLOps.Storage.Chunks;

/// <summary>
/// Reads chunks, each verified against its id. Reading chunks that lie one behind the other reads ahead, so that a file comes
/// with few requests; anything else fetches that chunk's bytes only. For one reader at a time.
/// </summary>
sealed class ChunkReader(ChunkStore store) : IAsyncDisposable
{
    private const int FirstAhead = 128 << 10, MostAhead = 2 << 20;

    private byte[] _window = [];
    private byte[] _chunk = [];
    private int _count, _pack = -1, _ahead;
    private long _start;
    private Stream? _stream;
    private int _streamPack = -1;

    /// <summary>How many bytes were fetched.</summary>
    public long Fetched { get; private set; }

    /// <summary>A chunk's bytes; valid until the next call.</summary>
    /// <exception cref="MLOpsIntegrityException">It is missing or damaged; the message says where.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(ChunkId id, CancellationToken cancellationToken)
    {
        var (place, stored) = await StoredAsync(id, cancellationToken).ConfigureAwait(false);
        return Whole(id, place, stored);
    }

    /// <summary>A chunk as it stands in its pack, still compressed and verified all the same; valid until the next call.</summary>
    public async ValueTask<(ChunkPlace Place, ReadOnlyMemory<byte> Stored)> ReadStoredAsync(ChunkId id, CancellationToken cancellationToken)
    {
        var (place, stored) = await StoredAsync(id, cancellationToken).ConfigureAwait(false);
        Whole(id, place, stored);
        return (place, stored);
    }

    public async ValueTask DisposeAsync()
    {
        if (_stream is not null) await _stream.DisposeAsync().ConfigureAwait(false);
        if (_window.Length > 0) ArrayPool<byte>.Shared.Return(_window);
        if (_chunk.Length > 0) ArrayPool<byte>.Shared.Return(_chunk);
        (_stream, _window, _chunk, _pack) = (null, [], [], -1);
    }

    private async ValueTask<(ChunkPlace Place, ReadOnlyMemory<byte> Stored)> StoredAsync(ChunkId id, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var place = await store.FindAsync(id, cancellationToken).ConfigureAwait(false) ?? throw Missing(id);
            try
            {
                if (place.Pack != _pack || place.Offset < _start || place.Offset + place.Stored > _start + _count)
                    await FillAsync(place, cancellationToken).ConfigureAwait(false);
                if (place.Offset + place.Stored > _start + _count) throw Damaged(id, place, "its pack ends before it");
                return (place, _window.AsMemory((int)(place.Offset - _start), place.Stored));
            }
            catch (MLOpsNotFoundException) when (attempt == 0)
            {
                // A collector may have moved its chunks to another pack.
                await store.RefreshAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (MLOpsNotFoundException)
            {
                throw Missing(id);
            }
        }
    }

    private ReadOnlyMemory<byte> Whole(ChunkId id, ChunkPlace place, ReadOnlyMemory<byte> stored)
    {
        var bytes = stored;
        if (place.Codec != Compression.None)
        {
            Grow(ref _chunk, place.Length);
            if (!Compressor.TryDecompress(place.Codec, stored, _chunk.AsSpan(0, place.Length)))
                throw Damaged(id, place, Enum.IsDefined(place.Codec) ? "it cannot be decompressed" : $"it is compressed with codec {(int)place.Codec}, which this release does not know");
            bytes = _chunk.AsMemory(0, place.Length);
        }

        return ChunkId.Of(bytes.Span) is var actual && actual == id ? bytes : throw Damaged(id, place, $"its bytes have the hash {actual}", actual);
    }

    private async ValueTask FillAsync(ChunkPlace place, CancellationToken cancellationToken)
    {
        var end = _start + _count;
        var onward = place.Pack == _pack && place.Offset >= _start && place.Offset <= end + MostAhead;
        _ahead = onward ? Math.Clamp(_ahead * 2, FirstAhead, MostAhead) : 0;
        var pack = store.Index.Pack(place.Pack);
        var count = (int)Math.Min(Math.Max(place.Stored, _ahead), Math.Max(place.Stored, pack.Length - place.Offset));
        Grow(ref _window, count);
        _pack = -1;
        _count = await FetchAsync(place.Pack, pack.Key, place.Offset, count, cancellationToken).ConfigureAwait(false);
        (_pack, _start) = (place.Pack, place.Offset);
        Fetched += _count;
    }

    private async ValueTask<int> FetchAsync(int number, string key, long offset, int count, CancellationToken cancellationToken)
    {
        if (_stream is not null && _streamPack != number)
        {
            await _stream.DisposeAsync().ConfigureAwait(false);
            _stream = null;
        }

        if (_stream is null)
        {
            // Where a blob can be sought in, it is opened once; elsewhere each range is a request.
            var range = new BlobRange(offset, count);
            var stream = await store.Blobs.OpenAsync(key, range, cancellationToken).ConfigureAwait(false);
            if (!stream.CanSeek)
            {
                await using (stream.ConfigureAwait(false))
                    return await stream.ReadAtLeastAsync(_window.AsMemory(0, count), count, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            }

            await stream.DisposeAsync().ConfigureAwait(false);
            (_stream, _streamPack) = (await store.Blobs.OpenAsync(key, null, cancellationToken).ConfigureAwait(false), number);
        }

        _stream.Position = offset;
        return await _stream.ReadAtLeastAsync(_window.AsMemory(0, count), count, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
    }

    private static void Grow(ref byte[] buffer, int count)
    {
        if (buffer.Length >= count) return;
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
        buffer = ArrayPool<byte>.Shared.Rent(count);
    }

    private MLOpsIntegrityException Missing(ChunkId id) => new(
        $"The chunk {id} is missing from the store{(store.Unreadable.Count > 0 ? $", where {store.Unreadable.Count} packs cannot be read (the first is '{store.Unreadable.First().Key}')" : "")}. Repair the store from a copy, or restore it from a backup.",
        store.Unreadable.Count > 0 ? store.Unreadable.First().Key : id.ToString(), id.ToString());

    private MLOpsIntegrityException Damaged(ChunkId id, ChunkPlace place, string why, ChunkId? actual = null)
    {
        var key = store.Index.Pack(place.Pack).Key;
        return new($"The chunk {id} at bytes {place.Offset} to {place.Offset + place.Stored} of the blob '{key}' is damaged: {why}. Repair the store from a copy, or restore it from a backup.", key, id.ToString(), actual?.ToString());
    }
}
