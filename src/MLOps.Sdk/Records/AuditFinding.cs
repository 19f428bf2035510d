namespace MLOps.Records;

/// <summary>Something that is wrong with the audit chain or with a record it tells of.</summary>
/// <param name="Kind">What kind of thing.</param>
/// <param name="Key">The record it is about, as <c>collection/id</c>.</param>
/// <param name="First">The number of the entry, or of the first of several; 0 when it is about no entry.</param>
/// <param name="Last">The number of the last of several entries; that of the first when it is one.</param>
/// <param name="Message">The finding in a sentence.</param>
public sealed record AuditFinding(AuditFindingKind Kind, string Key, long First, long Last, string Message);
