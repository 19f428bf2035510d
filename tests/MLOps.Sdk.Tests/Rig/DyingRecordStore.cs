using MLOps.Storage;

namespace MLOps;

/// <summary>A record store whose calls fail when a rule says so, before or after they happened.</summary>
sealed class DyingRecordStore(IRecordStore inner, Func<string, bool> fails, Func<string, bool> failsAfter) : IRecordStore
{
    public ValueTask<Record?> GetAsync(RecordKey key, CancellationToken cancellationToken = default) => Around($"get {key}", () => inner.GetAsync(key, cancellationToken));

    public ValueTask<RecordPage> QueryAsync(RecordQuery query, CancellationToken cancellationToken = default) => Around($"query {query.Collection}", () => inner.QueryAsync(query, cancellationToken));

    public ValueTask<CommitResult> CommitAsync(RecordCommit commit, CancellationToken cancellationToken = default) => Around($"commit {commit.Reason}", () => inner.CommitAsync(commit, cancellationToken));

    public IAsyncEnumerable<RecordChange> WatchAsync(long after, IReadOnlyCollection<string> collections, CancellationToken cancellationToken = default) => inner.WatchAsync(after, collections, cancellationToken);

    private async ValueTask<T> Around<T>(string call, Func<ValueTask<T>> act)
    {
        if (fails(call)) throw new MLOpsUnavailableException($"Injected: '{call}' failed.");
        var result = await act();
        return failsAfter(call) ? throw new MLOpsUnavailableException($"Injected: the answer of '{call}' was lost.") : result;
    }
}
