namespace MLOps.Storage;

/// <summary>Some of the records of a store, in order of position.</summary>
/// <param name="Changes">Their latest changes.</param>
/// <param name="Position">Where to go on; on the last page the position of the last operation of the state that was read.</param>
/// <param name="More">False on the last page.</param>
public sealed record RecordScanPage(IReadOnlyList<RecordChange> Changes, long Position, bool More);
