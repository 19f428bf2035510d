namespace MLOps.Storage.Objects;

/// <summary>Reads a range of an object forward. Where a connection breaks it asks for the rest, up to three times for each read.</summary>
/// <param name="source">The object.</param>
/// <param name="offset">The first byte.</param>
/// <param name="end">One beyond the last byte, within the object.</param>
/// <param name="body">The range when it is open already.</param>
internal sealed class ObjectRange(ObjectSource source, long offset, long end, ObjectBody? body = null) : IAsyncDisposable, IDisposable
{
    private const int Attempts = 3;

    private long _at = offset;
    private ObjectBody? _body = body;

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (buffer.Length > end - _at) buffer = buffer[..(int)(end - _at)];
        if (buffer.Length == 0) return 0;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                _body ??= await source.OpenAsync(_at, end - 1, cancellationToken).ConfigureAwait(false);
                var read = await _body.Content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
                if (read == 0) throw new EndOfStreamException("The answer ended before all of its bytes had come.");
                _at += read;
                return read;
            }
            catch (Exception error) when (attempt < Attempts && error is IOException or HttpRequestException && !cancellationToken.IsCancellationRequested)
            {
                await DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception error) when (source.Translate(error, cancellationToken) is { } translated)
            {
                throw translated;
            }
        }
    }

    public void Dispose()
    {
        _body?.Content.Dispose();
        _body = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_body is not null) await _body.Content.DisposeAsync().ConfigureAwait(false);
        _body = null;
    }
}
