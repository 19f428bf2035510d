namespace MLOps.Storage.Decorators;

/// <summary>
/// Keeps what is read on the local disk. Only blobs whose key is for their content alone are kept, those whose last segment is a SHA-256 (content, packs of
/// chunks): no other process can have deleted one and written something else under its name, so that the store need not be asked before the
/// disk answers. All other calls, and all other blobs, go to the store.
/// </summary>
/// <remarks>A blob that another process deleted may still be read here until it is evicted: its bytes are what they always were.</remarks>
internal sealed class CachedBlobStore(IBlobStore inner, BlobCacheOptions options, TimeProvider time, Func<string, bool>? caches = null) : IBlobStore
{
    private readonly CacheFolder _folder = new(options.Require(), time);
    private readonly Func<string, bool> _caches = caches ?? NamesContent;

    public ValueTask<bool> WriteAsync(string key, Stream content, Digest? expected = null, CancellationToken cancellationToken = default) => inner.WriteAsync(key, content, expected, cancellationToken);

    public async ValueTask<Stream> OpenAsync(string key, BlobRange? range = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (range is { Offset: < 0 } or { Length: < 0 } || !_caches(BlobKey.Require(key))) return await inner.OpenAsync(key, range, cancellationToken).ConfigureAwait(false);
        if (await KeptAsync(key, range, cancellationToken).ConfigureAwait(false) is { } kept) return kept;
        return await FetchAsync(key, range, cancellationToken).ConfigureAwait(false)
            ? await KeptAsync(key, range, cancellationToken).ConfigureAwait(false) ?? await inner.OpenAsync(key, range, cancellationToken).ConfigureAwait(false)
            : await inner.OpenAsync(key, range, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<BlobInfo?> StatAsync(string key, CancellationToken cancellationToken = default) => inner.StatAsync(key, cancellationToken);

    public async ValueTask<bool> DeleteAsync(string key, CancellationToken cancellationToken = default)
    {
        var deleted = await inner.DeleteAsync(key, cancellationToken).ConfigureAwait(false);
        _folder.Forget(key);
        return deleted;
    }

    public IAsyncEnumerable<BlobInfo> ListAsync(string prefix, CancellationToken cancellationToken = default) => inner.ListAsync(prefix, cancellationToken);

    private static bool NamesContent(string key)
    {
        var name = key[(key.LastIndexOf('/') + 1)..];
        // A pack's name has an extension: 9f….pack.
        return Digest.TryParse(name.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot ? name[..dot] : name, out _);
    }

    private async ValueTask<Stream?> KeptAsync(string key, BlobRange? range, CancellationToken cancellationToken)
    {
        if (_folder.Open(key) is not { } file) return null;
        try
        {
            if (await CachedFile.ProofAsync(file, key, cancellationToken).ConfigureAwait(false) is not var (length, hashes))
            {
                await file.DisposeAsync().ConfigureAwait(false);
                _folder.Forget(key);
                return null;
            }

            var offset = Math.Min(range?.Offset ?? 0, length);
            var part = Math.Min(range?.Length ?? long.MaxValue, length - offset);
            return new CachedStream(file, hashes, (offset, part), (from, token) =>
            {
                _folder.Forget(key);
                return inner.OpenAsync(key, new(from, offset + part - from), token);
            });
        }
        catch
        {
            await file.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async ValueTask<bool> FetchAsync(string key, BlobRange? range, CancellationToken cancellationToken)
    {
        if (await inner.StatAsync(key, cancellationToken).ConfigureAwait(false) is not { } info) return false;
        if (info.Length > options.MaxBytes / 2 || (range is not null && info.Length > options.WholeUpTo)) return false;
        var content = await inner.OpenAsync(key, null, cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false)) return await _folder.KeepAsync(key, content, cancellationToken).ConfigureAwait(false);
    }
}
