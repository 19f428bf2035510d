namespace MLOps.Testing;

/// <summary>A source that cannot seek, gives a few bytes at a time, calls back before each read and tells when it is disposed.</summary>
sealed class OddStream(byte[] bytes, Func<int, Task>? beforeRead = null) : ForwardStream
{
    private int _position;

    internal bool Disposed { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (beforeRead is not null) await beforeRead(_position).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        var count = Math.Min(Math.Min(buffer.Length, 1 + _position % 777), bytes.Length - _position);
        bytes.AsMemory(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        Disposed = true;
        base.Dispose(disposing);
    }
}
