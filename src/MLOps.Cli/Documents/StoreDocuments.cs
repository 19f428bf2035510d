namespace MLOps.Cli.Documents;

internal sealed record StoreCopyDocument(string From, string To, long Blobs, long Bytes, long Streams, long Blocks, long Records, long Position, string? Sha256) : Document;

internal sealed record StoreVerifyDocument(
    string Store, bool Sound, long Blobs, long Bytes, long Streams, long Blocks, long Records, long Pins, long AuditEntries, IReadOnlyList<ProblemItem> Problems) : Document;

internal sealed record ProblemItem(string Kind, string Subject, string Message);
