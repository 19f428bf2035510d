namespace MLOps.Storage;

/// <summary>One operation of a commit: a put, a delete or a check.</summary>
/// <param name="Key">The record.</param>
/// <param name="Expected">The version the record must have: 0 for "must not exist (or was deleted)", null for any.</param>
public abstract record RecordOperation(RecordKey Key, long? Expected)
{
    /// <summary>Expected version of a record that must not exist.</summary>
    public const long Absent = 0;
}
