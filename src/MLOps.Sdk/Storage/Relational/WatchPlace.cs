namespace MLOps.Storage.Relational;

/// <summary>How far a watcher has come: a position, and the last record seen of that commit; <see cref="long.MaxValue"/> when all were.</summary>
/// <param name="Position">The position.</param>
/// <param name="Record">The record's number.</param>
internal readonly record struct WatchPlace(long Position, long Record);
