namespace MLOps.Storage;

/// <summary>Deletes a record. Deleting one that does not exist, with no expectation, changes nothing.</summary>
/// <param name="Key">The record.</param>
/// <param name="Expected">See <see cref="RecordOperation"/>.</param>
public sealed record RecordDelete(RecordKey Key, long? Expected = null) : RecordOperation(Key, Expected);
