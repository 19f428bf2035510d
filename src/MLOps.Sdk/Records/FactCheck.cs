using System.Text.Json;
using MLOps.Storage;
using MLOps.Storage.Chunks;

namespace MLOps.Records;

/// <summary>Reads every record, looks for the blobs that pins name, and walks the audit chain.</summary>
internal sealed class FactCheck(StoreParts store, ChunkStore chunks, List<StoreProblem> problems, IProgress<StoreProgress>? progress)
{
    public long Records { get; private set; }

    public long Pins { get; private set; }

    public long AuditEntries { get; private set; }

    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        await ChainAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var page in store.ScanAsync(0, cancellationToken).ConfigureAwait(false))
        {
            foreach (var change in page.Changes)
                if (change.Record is { } record) await RecordAsync(record, cancellationToken).ConfigureAwait(false);
            progress?.Report(new("records", page.Position, 0));
        }
    }

    private async ValueTask ChainAsync(CancellationToken cancellationToken)
    {
        try
        {
            var report = await new AuditChain(store.Records).ExamineAsync(null, cancellationToken).ConfigureAwait(false);
            AuditEntries = report.Entries;
            problems.AddRange(report.Findings.Select(f => new StoreProblem("audit-broken", f.Key, f.Message)));
        }
        catch (MLOpsIntegrityException error)
        {
            problems.Add(new("audit-broken", error.Key, error.Message));
        }
    }

    private async ValueTask RecordAsync(Record record, CancellationToken cancellationToken)
    {
        Records++;
        try
        {
            CommitRules.RequireJson(record.Json.Span, record.Key);
        }
        catch (MLOpsInvalidException error)
        {
            problems.Add(new("record-damaged", record.Key.ToString(), error.Message));
            return;
        }

        if (record.Key.Collection == Collections.Pins) await PinAsync(record, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask PinAsync(Record pin, CancellationToken cancellationToken)
    {
        Pins++;
        var (blob, owner) = (Text(pin, "blob"), Text(pin, "owner"));
        if (blob is not null && blob.StartsWith(Pin.Trees, StringComparison.Ordinal) && Digest.TryParse(blob[Pin.Trees.Length..], out var tree))
        {
            if (await chunks.FindAsync(ChunkId.Of(tree), cancellationToken).ConfigureAwait(false) is null)
                problems.Add(new("blob-missing", blob, $"The list of files {tree} is in no pack, and {Name.Shown(owner)} needs it. Restore the packs from a backup or another copy of the store."));
        }
        else if (blob is null || !IsKey(blob)) problems.Add(new("record-damaged", pin.Key.ToString(), $"The pin '{Name.Shown(pin.Key.Id)}' names no blob. Restore the store from a backup."));
        else if (await store.Blobs.StatAsync(blob, cancellationToken).ConfigureAwait(false) is null)
            problems.Add(new("blob-missing", blob, $"The blob '{Name.Shown(blob)}' is missing, and {Name.Shown(owner)} needs it. Restore it from a backup or another copy of the store."));
    }

    private static bool IsKey(string blob)
    {
        try
        {
            return BlobKey.Require(blob) == blob;
        }
        catch (MLOpsInvalidException)
        {
            return false;
        }
    }

    private static string? Text(Record record, string member)
    {
        using var document = JsonDocument.Parse(record.Json);
        return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }
}
