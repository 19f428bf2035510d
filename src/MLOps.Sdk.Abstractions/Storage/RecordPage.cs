namespace MLOps.Storage;

/// <summary>One page of a query's answer.</summary>
/// <param name="Records">The records, in order.</param>
/// <param name="Next">The token of the next page, or null at the end. Opaque; valid for the same query only.</param>
/// <param name="Position">The position of the state that was read: watch after it to see what changes later.</param>
public sealed record RecordPage(IReadOnlyList<Record> Records, string? Next, long Position);
