using System.Text.Json;
using MLOps.Storage;

namespace MLOps.Records;

/// <summary>Reads the audit chain. Thread-safe.</summary>
/// <param name="store">The records.</param>
public sealed class AuditChain(IRecordStore store)
{
    /// <summary>Walks the whole chain and checks that every entry holds the hash of the one before, that none is missing, and that the head names the last.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>How many entries there are.</returns>
    /// <exception cref="MLOpsIntegrityException">The chain is broken; the message names the first entry that is wrong.</exception>
    public async ValueTask<long> VerifyAsync(CancellationToken cancellationToken = default)
    {
        // The head is read first: entries that are appended meanwhile lie beyond it.
        var head = (await AuditHead.In(store).GetAsync(AuditHead.Id, cancellationToken).ConfigureAwait(false))?.Value ?? new AuditHead(0, default);
        var previous = default(Digest);
        for (var sequence = 1L; sequence <= head.Sequence; sequence++)
        {
            var id = AuditedRecordStore.EntryId(sequence);
            var record = await store.GetAsync(new RecordKey(Collections.Audit, id), cancellationToken).ConfigureAwait(false)
                ?? throw Broken(id, "it is missing");
            var entry = Parse(record, id);
            if (entry.Sequence != sequence) throw Broken(id, $"it says it is number {entry.Sequence}");
            if (entry.Previous != previous) throw Broken(id, "it does not hold the hash of the entry before it");
            previous = Digest.Of(record.Json.Span);
        }

        return previous == head.Hash ? head.Sequence : throw Broken(AuditHead.Id, "it does not hold the hash of the last entry");
    }

    private static AuditEntry Parse(Record record, string id)
    {
        try
        {
            return JsonSerializer.Deserialize(record.Json.Span, RecordsJson.Default.AuditEntry) ?? throw Broken(id, "it is null");
        }
        catch (JsonException e)
        {
            throw Broken(id, e.Message);
        }
    }

    private static MLOpsIntegrityException Broken(string id, string problem) =>
        new($"The audit chain is broken at entry '{id}': {problem}. Somebody changed the store's records behind the library.", $"{Collections.Audit}/{id}");
}
