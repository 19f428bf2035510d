namespace MLOps.Testing;

/// <summary>A stream that breaks off after some bytes.</summary>
sealed class TornStream(Stream content, Fault fault) : ForwardStream
{
    private int _left = fault.Keep;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = _left == 0 ? 0 : await content.ReadAsync(buffer[..Math.Min(buffer.Length, _left)], cancellationToken).ConfigureAwait(false);
        _left -= read;
        return read > 0 || buffer.Length == 0 ? read : throw fault.NewError();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) content.Dispose();
        base.Dispose(disposing);
    }
}
