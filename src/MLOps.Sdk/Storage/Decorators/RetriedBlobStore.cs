using System.Runtime.ExceptionServices;

namespace MLOps.Storage.Decorators;

/// <summary>
/// Repeats calls on a blob store. All of them may be repeated: a blob is whole or absent, and the first writer wins, so that
/// a write whose outcome is unknown finds its own bytes there; it and a deletion may then say false, "it was so already".
/// A source that cannot be read again is repeated only while nothing of it was read.
/// </summary>
internal sealed class RetriedBlobStore(IBlobStore inner, Retry retry) : IBlobStore
{
    public async ValueTask<bool> WriteAsync(string key, Stream content, Digest? expected = null, CancellationToken cancellationToken = default)
    {
        if (content is null) return await inner.WriteAsync(key, content!, expected, cancellationToken).ConfigureAwait(false);
        var start = content.CanSeek ? content.Position : 0;
        var source = new RereadStream(content);
        MLOpsUnavailableException? last = null;
        var written = await retry.RunAsync(async token =>
        {
            if (source.WasRead) content.Position = start;
            try
            {
                return await inner.WriteAsync(key, source, expected, token).ConfigureAwait(false);
            }
            catch (MLOpsUnavailableException error) when (source.WasRead && !content.CanSeek)
            {
                last = error;
                return false;
            }
        }, cancellationToken).ConfigureAwait(false);
        if (last is not null) ExceptionDispatchInfo.Throw(last);
        return written;
    }

    public ValueTask<Stream> OpenAsync(string key, BlobRange? range = null, CancellationToken cancellationToken = default) => retry.RunAsync(async token =>
    {
        var content = await inner.OpenAsync(key, range, token).ConfigureAwait(false);
        return content.CanSeek ? content : new ResumedStream(content, from => inner.OpenAsync(key, Rest(range, from), CancellationToken.None), retry);
    }, cancellationToken);

    public ValueTask<BlobInfo?> StatAsync(string key, CancellationToken cancellationToken = default) => retry.RunAsync(token => inner.StatAsync(key, token), cancellationToken);

    public ValueTask<bool> DeleteAsync(string key, CancellationToken cancellationToken = default) => retry.RunAsync(token => inner.DeleteAsync(key, token), cancellationToken);

    public IAsyncEnumerable<BlobInfo> ListAsync(string prefix, CancellationToken cancellationToken = default) => retry.EnumerateAsync<BlobInfo, BlobInfo>(
        after => after is { } last ? inner.ListAsync(prefix, cancellationToken).Where(blob => string.CompareOrdinal(blob.Key, last.Key) > 0) : inner.ListAsync(prefix, cancellationToken),
        blob => blob, cancellationToken);

    private static BlobRange Rest(BlobRange? range, long from) => new((range?.Offset ?? 0) + from, range?.Length is { } length ? length - from : null);

    /// <summary>The caller's stream, seekable or not, which remembers whether anything was taken from it.</summary>
    private sealed class RereadStream(Stream content) : ReadStream
    {
        public bool WasRead { get; private set; }

        public override bool CanSeek => content.CanSeek;

        public override long Length => content.Length;

        public override long Position
        {
            get => content.Position;
            set => content.Position = value;
        }

        public override long Seek(long offset, SeekOrigin origin) => content.Seek(offset, origin);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            WasRead = true;
            return content.ReadAsync(buffer, cancellationToken);
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            WasRead = true;
            return content.Read(buffer, offset, count);
        }
    }
}
