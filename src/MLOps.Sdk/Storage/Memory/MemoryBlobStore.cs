using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace MLOps.Storage.Memory;

/// <summary>
/// Blobs in the memory of this process: for tests and experiments. They are lost with the instance, and a blob has at most 2 GiB.
/// </summary>
public sealed class MemoryBlobStore : IBlobStore
{
    private readonly ConcurrentDictionary<string, byte[]> _blobs = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async ValueTask<bool> WriteAsync(string key, Stream content, Digest? expected = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        cancellationToken.ThrowIfCancellationRequested();
        BlobKey.Require(key);
        using var buffer = new MemoryStream();
        await content.CopyToAsync(buffer, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        var bytes = buffer.ToArray();
        if (expected is { } digest && Digest.Of(bytes) is var actual && actual != digest)
            throw new MLOpsIntegrityException($"The bytes for blob '{key}' do not have the expected hash; nothing was written.", key, digest.Hex, actual.Hex);
        return _blobs.TryAdd(key, bytes);
    }

    /// <inheritdoc/>
    public ValueTask<Stream> OpenAsync(string key, BlobRange? range = null, CancellationToken cancellationToken = default) =>
        cancellationToken.Answer<Stream>(() =>
        {
            BlobKey.Require(key);
            if (range is { Offset: < 0 } or { Length: < 0 }) throw new MLOpsInvalidException($"The range {range} of blob '{key}' is negative: offset and length are at least 0.");
            if (!_blobs.TryGetValue(key, out var bytes)) throw new MLOpsNotFoundException($"There is no blob '{key}'.");
            var offset = (int)Math.Min(range?.Offset ?? 0, bytes.Length);
            var length = (int)Math.Min(range?.Length ?? bytes.Length, bytes.Length - offset);
            return new MemoryStream(bytes, offset, length, writable: false);
        });

    /// <inheritdoc/>
    public ValueTask<BlobInfo?> StatAsync(string key, CancellationToken cancellationToken = default) =>
        cancellationToken.Answer<BlobInfo?>(() => _blobs.TryGetValue(BlobKey.Require(key), out var bytes) ? new BlobInfo(key, bytes.Length) : null);

    /// <inheritdoc/>
    public ValueTask<bool> DeleteAsync(string key, CancellationToken cancellationToken = default) =>
        cancellationToken.Answer(() => _blobs.TryRemove(BlobKey.Require(key), out _));

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        await Task.CompletedTask.ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        foreach (var (key, bytes) in _blobs.Where(b => b.Key.StartsWith(prefix, StringComparison.Ordinal)).OrderBy(b => b.Key, StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new BlobInfo(key, bytes.Length);
        }
    }
}
