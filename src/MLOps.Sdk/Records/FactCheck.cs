using System.Text.Json;
using MLOps.Storage;

namespace MLOps.Records;

/// <summary>Reads every record, looks for the blobs that pins name, and walks the audit chain.</summary>
internal sealed class FactCheck(StoreParts store, List<StoreProblem> problems, IProgress<StoreProgress>? progress)
{
    private readonly Dictionary<RecordKey, Digest> _audited = [], _told = [];

    public long Records { get; private set; }

    public long Pins { get; private set; }

    public long AuditEntries { get; private set; }

    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        // First: what is committed while the records are walked lies beyond this end of the chain.
        await ChainAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var page in store.ScanAsync(0, cancellationToken).ConfigureAwait(false))
        {
            foreach (var change in page.Changes)
                if (change.Record is { } record) await RecordAsync(record, cancellationToken).ConfigureAwait(false);
            progress?.Report(new("records", page.Position, 0));
        }

        foreach (var (key, digest) in _audited)
        {
            if (_told.TryGetValue(key, out var told) && told != digest && await IsStillAsync(key, digest, cancellationToken).ConfigureAwait(false))
                problems.Add(new("audit-broken", key.ToString(), $"The record '{Name.Shown(key.ToString())}' is not what the audit chain's last entry on it says: it was changed behind the library. Restore the store from a backup."));
        }
    }

    private async ValueTask ChainAsync(CancellationToken cancellationToken)
    {
        try
        {
            AuditEntries = await new AuditChain(store.Records).VerifyAsync(cancellationToken).ConfigureAwait(false);
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
        else if (record.Key.Collection == Collections.Audit) Told(record);
        else if (Collections.Audited.Contains(record.Key.Collection)) _audited[record.Key] = Digest.Of(record.Json.Span);
    }

    private async ValueTask PinAsync(Record pin, CancellationToken cancellationToken)
    {
        Pins++;
        var (blob, owner) = (Text(pin, "blob"), Text(pin, "owner"));
        if (blob is null || !IsKey(blob)) problems.Add(new("record-damaged", pin.Key.ToString(), $"The pin '{Name.Shown(pin.Key.Id)}' names no blob. Restore the store from a backup."));
        // What a dataset's files consist of is for the room of datasets to know and to verify.
        else if (blob.StartsWith(Pin.Trees, StringComparison.Ordinal)) return;
        else if (await store.Blobs.StatAsync(blob, cancellationToken).ConfigureAwait(false) is null)
            problems.Add(new("blob-missing", blob, $"The blob '{Name.Shown(blob)}' is missing, and {Name.Shown(owner)} needs it. Restore it from a backup or another copy of the store."));
    }

    /// <summary>Notes what an entry of the chain says that records became. The chain itself was walked already.</summary>
    private void Told(Record record)
    {
        if (record.Key.Id == AuditHead.Id) return;
        try
        {
            foreach (var change in JsonSerializer.Deserialize(record.Json.Span, RecordsJson.Default.AuditEntry)?.Changes ?? [])
            {
                var key = new RecordKey(change.Collection, change.Id);
                if (change.After is { } after) _told[key] = after;
                else _told.Remove(key);
            }
        }
        catch (JsonException)
        {
            // The walk of the chain has told of it.
        }
    }

    private async ValueTask<bool> IsStillAsync(RecordKey key, Digest digest, CancellationToken cancellationToken) =>
        await store.Records.GetAsync(key, cancellationToken).ConfigureAwait(false) is { } now && Digest.Of(now.Json.Span) == digest;

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
