namespace MLOps.Testing;

/// <summary>One case's own store: opens instances of it and disposes them at the end.</summary>
sealed class StoreUnderTest<TStore>(Func<string, ValueTask<TStore>> open) : IAsyncDisposable where TStore : class
{
    private readonly string _isolationKey = "case-" + Guid.NewGuid().ToString("N");
    private readonly List<TStore> _opened = [];

    internal async Task<TStore> OpenAsync()
    {
        var store = await open(_isolationKey).ConfigureAwait(false);
        _opened.Add(store);
        return store;
    }

    internal async Task<TStore> ReopenAsync(TStore store)
    {
        _opened.Remove(store);
        await DisposeAsync(store).ConfigureAwait(false);
        return await OpenAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _opened.Distinct(ReferenceEqualityComparer.Instance)) await DisposeAsync(store!).ConfigureAwait(false);
    }

    private static async ValueTask DisposeAsync(object store)
    {
        if (store is IAsyncDisposable later) await later.DisposeAsync().ConfigureAwait(false);
        else (store as IDisposable)?.Dispose();
    }
}
