using MLOps.Storage;

namespace MLOps.Testing;

/// <summary>A record store that goes wrong where a plan says so; otherwise it passes calls on.</summary>
/// <param name="inner">The store; not owned.</param>
/// <param name="plan">What goes wrong.</param>
public sealed class FaultyRecordStore(IRecordStore inner, FaultPlan plan) : IRecordStore
{
    /// <inheritdoc/>
    public ValueTask<Record?> GetAsync(RecordKey key, CancellationToken cancellationToken = default) => plan.RunAsync(StorageCall.RecordGet, () => inner.GetAsync(key, cancellationToken), null, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<RecordPage> QueryAsync(RecordQuery query, CancellationToken cancellationToken = default) => plan.RunAsync(StorageCall.RecordQuery, () => inner.QueryAsync(query, cancellationToken), null, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<CommitResult> CommitAsync(RecordCommit commit, CancellationToken cancellationToken = default) => plan.RunAsync(
        StorageCall.RecordCommit,
        () => inner.CommitAsync(commit, cancellationToken),
        async fault =>
        {
            if (fault.Keep > 0) await inner.CommitAsync(commit with { Operations = [.. commit.Operations.Take(fault.Keep)] }, cancellationToken).ConfigureAwait(false);
        },
        cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<RecordChange> WatchAsync(long after, IReadOnlyCollection<string> collections, CancellationToken cancellationToken = default) =>
        plan.EnumerateAsync(StorageCall.RecordWatch, inner.WatchAsync(after, collections, cancellationToken));
}
