namespace MLOps.Storage.Chunks;

/// <summary>Equal segments of memory, read as one stream.</summary>
sealed class SegmentStream(IReadOnlyList<byte[]> segments, long length) : ReadOnlyStream
{
    private long _position;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    public override int Read(Span<byte> buffer)
    {
        if (_position >= length || buffer.Length == 0) return 0;
        var size = segments[0].Length;
        var part = segments[(int)(_position / size)].AsSpan((int)(_position % size));
        part = part[..(int)Math.Min(Math.Min(part.Length, buffer.Length), length - _position)];
        part.CopyTo(buffer);
        _position += part.Length;
        return part.Length;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));
}
