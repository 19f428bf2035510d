using MLOps.Storage;

namespace MLOps.Records;

/// <summary>The end of the audit chain.</summary>
/// <param name="Sequence">The number of the last entry; 0 for an empty chain.</param>
/// <param name="Hash">Its hash.</param>
internal sealed record AuditHead(long Sequence, Digest Hash)
{
    public const string Id = "head";

    /// <summary>The chain's head as a record.</summary>
    public static RecordCollection<AuditHead> In(IRecordStore store) => new(store, Collections.Audit, RecordsJson.Default.AuditHead, _ => Id);
}
