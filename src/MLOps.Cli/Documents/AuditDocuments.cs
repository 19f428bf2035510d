using MLOps.Records;

namespace MLOps.Cli.Documents;

internal sealed record AuditListDocument(IReadOnlyList<AuditItem> Entries, bool More) : Document;

internal sealed record AuditItem(
    long Sequence, DateTimeOffset At, string Actor, string? Reason, IReadOnlyList<AuditChangeItem> Changes, IReadOnlyList<AuditCheckItem> Checks)
{
    public static AuditItem Of(AuditEntry entry) => new(
        entry.Sequence, entry.At, entry.Actor, entry.Reason, [.. entry.Changes.Select(c => new AuditChangeItem(c.Collection, c.Id, c.Before?.Hex, c.After?.Hex, c.Document?.GetRawText()))],
        [.. (entry.Checks ?? []).Select(c => new AuditCheckItem(c.Collection, c.Id, c.Version))]);
}

/// <summary>A change: digests before and after, and the document after as the text that was written.</summary>
internal sealed record AuditChangeItem(string Collection, string Id, string? Before, string? After, string? Document);

internal sealed record AuditCheckItem(string Collection, string Id, long Version);

internal sealed record AuditReportDocument(long Entries, long Records, long SignedEntries, bool Intact, string Coverage, IReadOnlyList<AuditFindingItem> Findings) : Document;

internal sealed record AuditFindingItem(string Kind, string Key, long First, long Last, string Message);

internal sealed record AuditExportDocument(string File, long Entries) : Document;

internal sealed record CheckpointDocument(long Sequence, string Hash, DateTimeOffset At, string Signature, string? File) : Document;
