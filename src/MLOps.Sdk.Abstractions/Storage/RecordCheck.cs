namespace MLOps.Storage;

/// <summary>Asserts a record's version without writing: "promote only while the approval stands".</summary>
public sealed record RecordCheck : RecordOperation
{
    /// <summary>Makes the assertion.</summary>
    /// <param name="key">The record.</param>
    /// <param name="expected">The version it must have at the instant of the commit; 0 for "must not exist".</param>
    public RecordCheck(RecordKey key, long expected) : base(key, expected)
    {
    }
}
