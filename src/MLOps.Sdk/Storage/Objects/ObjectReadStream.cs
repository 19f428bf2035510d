using System.Buffers;

namespace MLOps.Storage.Objects;

/// <summary>
/// A blob, or a range of it, as a stream that can seek. What is read first comes straight from the server; once a reader goes on, the
/// following parts are fetched ahead of it, several at a time, into at most <see cref="TransferOptions.Parallelism"/> parts of memory.
/// </summary>
internal sealed class ObjectReadStream : ReadStream
{
    /// <summary>A reader who took this much is going to take more.</summary>
    private const int GoesOn = 1 << 20;

    private readonly ObjectSource _source;
    private readonly TransferOptions _transfer;
    private readonly long _start, _end;
    private readonly Queue<Task<Part>> _ahead = new();
    private ObjectRange? _direct;
    private CancellationTokenSource _stop = new();
    private Part? _part;
    private int _inPart;
    private long _at, _directFrom, _fetched;

    /// <param name="source">The object.</param>
    /// <param name="start">Where in the object the stream begins.</param>
    /// <param name="end">One beyond its last byte.</param>
    /// <param name="transfer">How it travels.</param>
    /// <param name="first">The object opened at <paramref name="start"/>, for at most one part.</param>
    public ObjectReadStream(ObjectSource source, long start, long end, TransferOptions transfer, ObjectBody first)
    {
        (_source, _start, _end, _transfer) = (source, start, end, transfer);
        Begin(start, first);
    }

    public override bool CanRead => _direct is not null;

    public override bool CanSeek => CanRead;

    public override long Length => _end - _start;

    public override long Position
    {
        get => _at - _start;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ObjectDisposedException.ThrowIf(_direct is null, this);
            if (value == Position) return;
            Drop();
            Begin(value > long.MaxValue - _start ? long.MaxValue : _start + value, null);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_direct is null, this);
        cancellationToken.ThrowIfCancellationRequested();
        if (buffer.Length == 0 || _at >= _end) return 0;
        if (_at - _directFrom >= GoesOn) FetchAhead();
        var read = await _direct.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (read == 0) read = await ReadAheadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _at += read;
        return read;
    }

    private async ValueTask<int> ReadAheadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_part is null)
        {
            FetchAhead();
            _part = await _ahead.Peek().WaitAsync(cancellationToken).ConfigureAwait(false);
            _ = _ahead.Dequeue();
            _inPart = 0;
        }

        var count = Math.Min(buffer.Length, _part.Length - _inPart);
        _part.Span.Slice(_inPart, count).CopyTo(buffer.Span);
        _inPart += count;
        if (_inPart == _part.Length)
        {
            _part.Return();
            _part = null;
            FetchAhead();
        }

        return count;
    }

    /// <summary>From here on bytes come straight from the server, for at most one part.</summary>
    private void Begin(long at, ObjectBody? body)
    {
        _at = _directFrom = at;
        _fetched = at >= _end ? at : Math.Min(_end, at + _transfer.PartSize);
        _direct = new(_source, at, _fetched, body);
    }

    private void FetchAhead()
    {
        while (_fetched < _end && _ahead.Count + (_part is null ? 0 : 1) < _transfer.Parallelism)
        {
            var length = (int)Math.Min(_transfer.PartSize, _end - _fetched);
            _ahead.Enqueue(FetchAsync(_fetched, length, _stop.Token));
            _fetched += length;
        }
    }

    private async Task<Part> FetchAsync(long offset, int length, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        var range = new ObjectRange(_source, offset, offset + length);
        await using (range.ConfigureAwait(false))
        {
            for (var count = 0; count < length;) count += await range.ReadAsync(buffer.AsMemory(count, length - count), cancellationToken).ConfigureAwait(false);
            return new(buffer, length);
        }
    }

    /// <summary>Lets go of what was fetched. A part that is still coming ends unseen.</summary>
    private void Drop()
    {
        _stop.Cancel();
        _stop.Dispose();
        _stop = new();
        _direct?.Dispose();
        _part?.Return();
        _part = null;
        while (_ahead.TryDequeue(out var part)) _ = part.ContinueWith(static p => p.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _direct is not null)
        {
            Drop();
            _direct = null;
            _stop.Dispose();
        }

        base.Dispose(disposing);
    }
}
