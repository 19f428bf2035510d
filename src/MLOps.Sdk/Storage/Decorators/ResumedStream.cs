namespace MLOps.Storage.Decorators;

/// <summary>A blob's bytes, opened again where they broke off. A blob is immutable, so the rest is the rest of the same bytes.</summary>
internal sealed class ResumedStream(Stream content, Func<long, ValueTask<Stream>> open, Retry retry) : ReadStream
{
    private Stream? _content = content;
    private long _position;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await retry.RunAsync(async token =>
        {
            _content ??= await open(_position).ConfigureAwait(false);
            try
            {
                return await _content.ReadAsync(buffer, token).ConfigureAwait(false);
            }
            catch (MLOpsUnavailableException)
            {
                var broken = _content;
                _content = null;
                await broken.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }, cancellationToken).ConfigureAwait(false);
        _position += read;
        return read;
    }

    public override async ValueTask DisposeAsync()
    {
        if (_content is { } content) await content.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _content?.Dispose();
        base.Dispose(disposing);
    }
}
