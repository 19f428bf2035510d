namespace MLOps.Storage.Chunks;

/// <summary>A blob store whose calls fail when a rule says so: before anything happens, as when the network is away, or when it has happened, as when the answer is lost.</summary>
/// <param name="inner">The store.</param>
/// <param name="fails">Asked before each call, which is named by its verb and key.</param>
/// <param name="failsAfter">Asked after each call; null for never.</param>
internal sealed class DyingBlobStore(IBlobStore inner, Func<string, bool> fails, Func<string, bool>? failsAfter = null) : IBlobStore
{
    private readonly Lock _lock = new();

    public async ValueTask<bool> WriteAsync(string key, Stream content, Digest? expected = null, CancellationToken cancellationToken = default) =>
        await Around($"write {key}", () => inner.WriteAsync(key, content, expected, cancellationToken));

    public async ValueTask<Stream> OpenAsync(string key, BlobRange? range = null, CancellationToken cancellationToken = default) =>
        await Around($"open {key}", () => inner.OpenAsync(key, range, cancellationToken));

    public async ValueTask<BlobInfo?> StatAsync(string key, CancellationToken cancellationToken = default) =>
        await Around($"stat {key}", () => inner.StatAsync(key, cancellationToken));

    public async ValueTask<bool> DeleteAsync(string key, CancellationToken cancellationToken = default) =>
        await Around($"delete {key}", () => inner.DeleteAsync(key, cancellationToken));

    public IAsyncEnumerable<BlobInfo> ListAsync(string prefix, CancellationToken cancellationToken = default)
    {
        Ask(fails, $"list {prefix}");
        return inner.ListAsync(prefix, cancellationToken);
    }

    private async ValueTask<T> Around<T>(string call, Func<ValueTask<T>> act)
    {
        Ask(fails, call);
        var result = await act();
        Ask(failsAfter, call);
        return result;
    }

    private void Ask(Func<string, bool>? rule, string call)
    {
        lock (_lock)
            if (rule?.Invoke(call) == true) throw new MLOpsUnavailableException($"Injected: '{call}' failed.");
    }
}
