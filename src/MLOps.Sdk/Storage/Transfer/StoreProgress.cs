namespace MLOps.Storage;

/// <summary>How far copying or verifying a store has come.</summary>
/// <param name="Phase">What is being done: <c>blobs</c>, <c>streams</c>, <c>records</c> or <c>comparing</c>.</param>
/// <param name="Done">How much of it is done: bytes of blobs, streams, operations on records.</param>
/// <param name="Total">How much there is; 0 when that is not known.</param>
public readonly record struct StoreProgress(string Phase, long Done, long Total);
