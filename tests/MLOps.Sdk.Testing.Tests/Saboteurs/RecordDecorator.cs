using MLOps.Storage;
using MLOps.Storage.Memory;

namespace MLOps.Testing.Tests.Saboteurs;

/// <summary>A sound store; each saboteur spoils one thing of it.</summary>
abstract class RecordDecorator : IRecordStore
{
    protected MemoryRecordStore Inner { get; } = new();

    public virtual ValueTask<Record?> GetAsync(RecordKey key, CancellationToken cancellationToken = default) => Inner.GetAsync(key, cancellationToken);

    public virtual ValueTask<RecordPage> QueryAsync(RecordQuery query, CancellationToken cancellationToken = default) => Inner.QueryAsync(query, cancellationToken);

    public virtual ValueTask<CommitResult> CommitAsync(RecordCommit commit, CancellationToken cancellationToken = default) => Inner.CommitAsync(commit, cancellationToken);

    public virtual IAsyncEnumerable<RecordChange> WatchAsync(long after, IReadOnlyCollection<string> collections, CancellationToken cancellationToken = default) =>
        Inner.WatchAsync(after, collections, cancellationToken);
}
