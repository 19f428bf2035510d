using MLOps.Storage;

namespace MLOps.Records;

/// <summary>The one door through which rooms commit: it signs each commit with the actor of the moment.</summary>
internal sealed class RecordWriter(IRecordStore store, IActorProvider actors, TimeProvider time)
{
    public IRecordStore Store { get; } = store;

    public TimeProvider Time { get; } = time;

    /// <summary>Now, to the millisecond: what a record keeps.</summary>
    public DateTimeOffset Now => DateTimeOffset.FromUnixTimeMilliseconds(Time.GetUtcNow().ToUnixTimeMilliseconds());

    public string Actor => actors.Actor;

    /// <exception cref="MLOpsConflictException">An expected version does not hold.</exception>
    public ValueTask<CommitResult> CommitAsync(IReadOnlyList<RecordOperation> operations, string? reason, CancellationToken cancellationToken) =>
        Store.CommitAsync(new RecordCommit(actors.Actor, operations, reason), cancellationToken);
}
