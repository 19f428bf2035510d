using System.Runtime.CompilerServices;
using System.Text.Json;
using MLOps.Storage;
using MLOps.Storage.Relational;

namespace MLOps.Records;

/// <summary>A stretch of the chain: hashed and taken apart, each on whatever core is free, and handed out in order.</summary>
/// <param name="Entries">Each record's id, the hash of its bytes, and what it says; null when it cannot be read.</param>
/// <param name="Changes">What the entries changed, in their order: the hash of the record's key, and the digest after; null when it was deleted.</param>
internal sealed record AuditChunk(List<(string Id, Hash Hash, AuditLink? Link)> Entries, List<(Hash Key, Hash? After)> Changes)
{
    private const int Size = 500;

    /// <summary>Reads the whole collection, what lies between and behind the entries too.</summary>
    /// <param name="store">The records.</param>
    /// <param name="length">The number of the last entry; changes of entries behind it are not told.</param>
    /// <param name="withChanges">Whether anybody asks for changes.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async IAsyncEnumerable<AuditChunk> ReadAsync(IRecordStore store, long length, bool withChanges, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var ahead = new Queue<Task<AuditChunk>>();
        try
        {
            for (var first = 0L; first <= length || ahead.Count > 0;)
            {
                while (first <= length && ahead.Count < Math.Clamp(Environment.ProcessorCount + 1, 2, 8))
                {
                    var (from, to) = (first == 0 ? null : AuditedRecordStore.EntryId(first), first + Size > length ? null : AuditedRecordStore.EntryId(first + Size));
                    ahead.Enqueue(Task.Run(() => ReadAsync(store, from, to, length, withChanges, stop.Token), CancellationToken.None));
                    first += Size;
                }

                yield return await ahead.Peek().ConfigureAwait(false);
                _ = ahead.Dequeue();
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            foreach (var task in ahead) await ((Task)task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<AuditChunk> ReadAsync(IRecordStore store, string? from, string? to, long length, bool withChanges, CancellationToken cancellationToken)
    {
        if ((store is AuditedRecordStore audited ? audited.Inner : store) is IDocumentScan scan)
            return await scan.ReadAsync(Collections.Audit, from, to, Begin, Add, cancellationToken).ConfigureAwait(false);

        var chunk = Begin();
        var filters = new List<Filter>();
        if (from is not null) filters.Add(Filter.AtLeast(RecordQuery.Id, from));
        if (to is not null) filters.Add(Filter.Less(RecordQuery.Id, to));
        var query = new RecordQuery(Collections.Audit) { Filter = filters.Count == 0 ? null : Filter.And([.. filters]), Size = Size + 10 };
        do
        {
            var page = await store.QueryAsync(query, cancellationToken).ConfigureAwait(false);
            foreach (var record in page.Records) Add(chunk, record.Key.Id, record.Json.Span);
            query = query with { After = page.Next };
        }
        while (query.After is not null);
        return chunk;

        static AuditChunk Begin() => new(new(Size + 10), []);

        void Add(AuditChunk to, string id, ReadOnlySpan<byte> json)
        {
            if (id == AuditHead.Id) return;
            var isTold = withChanges && AuditPages.PositionOf(id) is > 0 and var position && position <= length;
            to.Entries.Add((id, Hash.Of(json), Link(json, isTold ? to.Changes : null)));
        }
    }

    private static AuditLink? Link(ReadOnlySpan<byte> json, List<(Hash, Hash?)>? changes)
    {
        var before = changes?.Count ?? 0;
        try
        {
            return AuditLink.Read(json, changes);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            changes?.RemoveRange(before, changes.Count - before);
            return null;
        }
    }
}
