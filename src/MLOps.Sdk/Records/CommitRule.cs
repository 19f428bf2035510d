using MLOps.Storage;

namespace MLOps.Records;

/// <summary>
/// What a room asks of every commit that touches some of its audited collections, whoever makes the commit. It is asked between reading the
/// audit chain's head and committing on it: whatever it read of audited collections is still so when the commit succeeds, for any
/// audited commit in between moves the head, and the rule is asked again.
/// </summary>
internal abstract class CommitRule
{
    /// <summary>The collection whose puts and deletes it is asked about. Must be audited.</summary>
    public abstract string Collection { get; }

    /// <summary>Judges one put or delete on the state before the commit.</summary>
    /// <returns>The records that the judgement rests on, as checks for the commit; they stand in the audit entry as evidence.</returns>
    /// <exception cref="MLOpsException">The commit breaks the rule; nothing is written.</exception>
    public abstract ValueTask<IReadOnlyList<RecordCheck>> CheckAsync(RecordCommit commit, RecordOperation operation, IRecordStore records, CancellationToken cancellationToken);
}
