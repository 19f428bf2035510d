namespace MLOps.Storage;

/// <summary>A batch of operations, applied all or not at all.</summary>
/// <param name="Actor">Who acts: 1 to 250 characters.</param>
/// <param name="Operations">1 to 10,000 operations, each on another record.</param>
/// <param name="Reason">Why; at most 4,000 characters.</param>
public sealed record RecordCommit(string Actor, IReadOnlyList<RecordOperation> Operations, string? Reason = null);
