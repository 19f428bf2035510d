namespace MLOps.Storage.Chunks;

/// <summary>A content as a seekable stream that fetches and verifies only the chunks it touches. For one reader at a time.</summary>
sealed class ContentStream : ReadOnlyStream
{
    private readonly ChunkReader _chunks, _lists;
    private readonly ContentParts _parts;
    private readonly Func<MLOpsIntegrityException, Exception> _explain;
    private readonly long _length;
    private ReadOnlyMemory<byte> _chunk;
    private long _start, _position;

    /// <param name="store">Where the content is.</param>
    /// <param name="content">What to read.</param>
    /// <param name="explain">Says in an error what the content is to people.</param>
    public ContentStream(ChunkStore store, ChunkContent content, Func<MLOpsIntegrityException, Exception> explain)
    {
        (_chunks, _lists) = (new ChunkReader(store), new ChunkReader(store));
        _parts = new ContentParts(_lists, content);
        (_explain, _length) = (explain, content.Length);
    }

    public override long Length => _length;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    /// <summary>How many bytes were fetched from the store.</summary>
    public long Fetched => _chunks.Fetched + _lists.Fetched;

    public override int Read(Span<byte> buffer)
    {
        if (buffer.Length > 0 && _position < _length && !Has()) LoadAsync(default).AsTask().GetAwaiter().GetResult();
        return Take(buffer);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (buffer.Length > 0 && _position < _length && !Has()) await LoadAsync(cancellationToken).ConfigureAwait(false);
        return Take(buffer.Span);
    }

    /// <summary>Makes sure that the chunk at the position is there: what is damaged is told before the first byte is asked for.</summary>
    public async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        if (_position >= _length) return;
        try
        {
            var (part, start) = await _parts.FindAsync(_position, cancellationToken).ConfigureAwait(false);
            _chunk = default;
            _chunk = await _chunks.ReadAsync(part.Id, cancellationToken).ConfigureAwait(false);
            if (_chunk.Length != part.Length) throw ChunkList.Broken(part.Id);
            _start = start;
        }
        catch (MLOpsIntegrityException error)
        {
            throw _explain(error);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        _chunk = default;
        await _chunks.DisposeAsync().ConfigureAwait(false);
        await _lists.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _chunk = default;
            _chunks.DisposeAsync().AsTask().GetAwaiter().GetResult();
            _lists.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }

        base.Dispose(disposing);
    }

    private bool Has() => _position >= _start && _position < _start + _chunk.Length;

    private int Take(Span<byte> buffer)
    {
        if (!Has()) return 0;
        var part = _chunk.Span[(int)(_position - _start)..];
        part = part[..Math.Min(part.Length, buffer.Length)];
        part.CopyTo(buffer);
        _position += part.Length;
        return part.Length;
    }
}
