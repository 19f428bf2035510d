namespace MLOps.Storage;

/// <summary>A change that a watcher sees.</summary>
/// <param name="Position">The position of the operation that made it, which no other has: watch after it to continue.</param>
/// <param name="Key">The record.</param>
/// <param name="Version">Its version after the change.</param>
/// <param name="Record">Its state, or null when it was deleted.</param>
public sealed record RecordChange(long Position, RecordKey Key, long Version, Record? Record);
