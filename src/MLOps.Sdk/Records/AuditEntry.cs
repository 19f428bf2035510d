namespace MLOps.Records;

/// <summary>
/// One link of the audit chain: what one commit did to audited collections. Its hash is the SHA-256 of the stored bytes
/// of its record, and the next entry holds that hash, so that changing, removing or inserting an entry breaks the chain.
/// </summary>
/// <param name="Sequence">Its number, from 1.</param>
/// <param name="Previous">The hash of the entry before; empty for the first.</param>
/// <param name="At">When, by the clock of whoever committed.</param>
/// <param name="Actor">Who.</param>
/// <param name="Changes">What was changed, at least one.</param>
/// <param name="Reason">Why; null when nothing was said.</param>
/// <param name="Checks">What the commit rested on without changing it: the verdicts and approvals of a promotion; null for nothing.</param>
public sealed record AuditEntry(
    long Sequence, Digest Previous, DateTimeOffset At, string Actor, IReadOnlyList<AuditedChange> Changes, string? Reason = null,
    IReadOnlyList<AuditedCheck>? Checks = null);
