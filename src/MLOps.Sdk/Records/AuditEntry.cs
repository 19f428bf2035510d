namespace MLOps.Records;

/// <summary>
/// One link of the audit chain: what one commit did to audited collections. Its hash is the SHA-256 of the stored bytes
/// of its record, and the next entry holds that hash, so that changing, removing or inserting an entry breaks the chain.
/// </summary>
internal sealed record AuditEntry(long Sequence, Digest Previous, DateTimeOffset At, string Actor, IReadOnlyList<AuditedChange> Changes, string? Reason = null,
    IReadOnlyList<AuditedCheck>? Checks = null);
