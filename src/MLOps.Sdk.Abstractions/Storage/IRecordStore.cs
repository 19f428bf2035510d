namespace MLOps.Storage;

/// <summary>
/// Facts: JSON documents with indexed fields, changed by atomic commits. One of the three storage seams.
/// </summary>
/// <remarks>
/// <para><b>Laws</b>, checked by <c>RecordStoreConformance</c>:</para>
/// <list type="bullet">
/// <item>All members are thread-safe, within a process and between processes on one store.</item>
/// <item>A commit is all or nothing, isolated (its checks and its writes happen at one instant) and durable when it returned. A cancelled or failed commit leaves nothing.</item>
/// <item>A record's version is 0 while it does not exist, 1 after its first put, and one more after each put or delete; a deleted record keeps counting, so a version never means two different states. A deleted record meets the expectations 0 and the version of its deletion.</item>
/// <item>Every operation of a commit has a position of its own, in their order, larger than those of every commit before it. Reads see every commit that returned before they began.</item>
/// <item>A document is kept as its exact UTF-8 bytes. It must be one JSON value of at most 16 MiB without U+0000 or lone surrogates.</item>
/// <item>Order is by UTF-8 bytes; numbers before text; a missing field sorts last in both directions; ties by id ascending. NaN is not indexed: its field is missing, also from what is read. -0 equals 0.</item>
/// <item>A comparison on a missing field, with NaN, or between text and number, is false; <c>Not</c> of it is true.</item>
/// <item>LIKE is case-sensitive; <c>%</c> is any run of characters, <c>_</c> one code point, <c>\</c> escapes.</item>
/// <item>Invalid input is an <see cref="MLOpsInvalidException"/> before any I/O; a cancelled token throws <see cref="OperationCanceledException"/>, also when it was cancelled before the call.</item>
/// </list>
/// </remarks>
public interface IRecordStore
{
    /// <summary>The record, or null when it does not exist or was deleted.</summary>
    ValueTask<Record?> GetAsync(RecordKey key, CancellationToken cancellationToken = default);

    /// <summary>One page of the records of a collection that match, with the position of the state that was read.</summary>
    /// <exception cref="MLOpsInvalidException">The page token is not one of this query's, or the query breaks a rule.</exception>
    ValueTask<RecordPage> QueryAsync(RecordQuery query, CancellationToken cancellationToken = default);

    /// <summary>Applies all operations, or none.</summary>
    /// <exception cref="MLOpsConflictException">An expected version does not hold; <see cref="MLOpsConflictException.Subjects"/> names every such record.</exception>
    ValueTask<CommitResult> CommitAsync(RecordCommit commit, CancellationToken cancellationToken = default);

    /// <summary>
    /// The changes after a position, in order of position, then those to come, until cancelled. A record that changed
    /// several times may be reported once, with its latest state; no record's latest state is ever skipped; a change may
    /// be reported twice.
    /// </summary>
    /// <param name="after">A position from <see cref="RecordPage.Position"/>, <see cref="CommitResult.Position"/> or <see cref="RecordChange.Position"/>; 0 for everything.</param>
    /// <param name="collections">The collections to watch; empty for all.</param>
    /// <param name="cancellationToken">Ends the enumeration with <see cref="OperationCanceledException"/>.</param>
    IAsyncEnumerable<RecordChange> WatchAsync(long after, IReadOnlyCollection<string> collections, CancellationToken cancellationToken = default);
}
