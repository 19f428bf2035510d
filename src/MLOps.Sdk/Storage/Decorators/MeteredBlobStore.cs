using static MLOps.Storage.Decorators.StorageTelemetry;

namespace MLOps.Storage.Decorators;

/// <summary>Measures calls on a blob store, and the bytes that pass.</summary>
internal sealed class MeteredBlobStore(IBlobStore inner, TimeProvider time) : IBlobStore
{
    private const string Seam = "blobs";

    public ValueTask<bool> WriteAsync(string key, Stream content, Digest? expected = null, CancellationToken cancellationToken = default) =>
        MeasureAsync(time, Seam, "write", () => inner.WriteAsync(key, content is null ? content! : new CountedStream(content, "written", owned: false), expected, cancellationToken));

    public ValueTask<Stream> OpenAsync(string key, BlobRange? range = null, CancellationToken cancellationToken = default) =>
        MeasureAsync<Stream>(time, Seam, "open", async () => new CountedStream(await inner.OpenAsync(key, range, cancellationToken).ConfigureAwait(false), "read", owned: true));

    public ValueTask<BlobInfo?> StatAsync(string key, CancellationToken cancellationToken = default) => MeasureAsync(time, Seam, "stat", () => inner.StatAsync(key, cancellationToken));

    public ValueTask<bool> DeleteAsync(string key, CancellationToken cancellationToken = default) => MeasureAsync(time, Seam, "delete", () => inner.DeleteAsync(key, cancellationToken));

    public IAsyncEnumerable<BlobInfo> ListAsync(string prefix, CancellationToken cancellationToken = default) => MeasureAsync(time, Seam, "list", inner.ListAsync(prefix, cancellationToken));

    /// <summary>Counts the bytes that are read from a stream.</summary>
    private sealed class CountedStream(Stream content, string direction, bool owned) : ReadStream
    {
        public override bool CanSeek => content.CanSeek;

        public override long Length => content.Length;

        public override long Position
        {
            get => content.Position;
            set => content.Position = value;
        }

        public override long Seek(long offset, SeekOrigin origin) => content.Seek(offset, origin);

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            Moved(Seam, direction, read);
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = content.Read(buffer, offset, count);
            Moved(Seam, direction, read);
            return read;
        }

        public override async ValueTask DisposeAsync()
        {
            if (owned) await content.DisposeAsync().ConfigureAwait(false);
            await base.DisposeAsync().ConfigureAwait(false);
            GC.SuppressFinalize(this);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing && owned) content.Dispose();
            base.Dispose(disposing);
        }
    }
}
