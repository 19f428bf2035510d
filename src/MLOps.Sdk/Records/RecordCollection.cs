using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MLOps.Storage;

namespace MLOps.Records;

/// <summary>A collection of typed documents: the only way in which rooms turn facts into records and back.</summary>
/// <param name="store">Where they live.</param>
/// <param name="collection">The collection's name.</param>
/// <param name="type">How a document is written.</param>
/// <param name="id">Gives a document's record id.</param>
/// <param name="index">Gives its indexed fields; null for none.</param>
/// <param name="complete">Fills in members that a document of an older release does not have: a generated reader leaves an init-only one null, whatever its initialiser says.</param>
internal sealed class RecordCollection<T>(
    IRecordStore store, string collection, JsonTypeInfo<T> type, Func<T, string> id, Action<T, IDictionary<string, FieldValue>>? index = null, Func<T, T>? complete = null)
{
    public string Name { get; } = RecordKey.RequireCollection(collection);

    public RecordKey Key(string recordId) => new(Name, recordId);

    public async ValueTask<Stored<T>?> GetAsync(string recordId, CancellationToken cancellationToken) =>
        await store.GetAsync(Key(recordId), cancellationToken).ConfigureAwait(false) is { } record ? Read(record) : null;

    /// <summary>Every match, page after page.</summary>
    public async IAsyncEnumerable<Stored<T>> QueryAsync(
        Filter? filter = null, string? orderBy = null, bool descending = false, int pageSize = 200,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var query = new RecordQuery(Name) { Filter = filter, OrderBy = orderBy, Descending = descending, Size = pageSize };
        while (true)
        {
            var page = await store.QueryAsync(query, cancellationToken).ConfigureAwait(false);
            foreach (var record in page.Records) yield return Read(record);
            if (page.Next is null) yield break;
            query = query with { After = page.Next };
        }
    }

    /// <summary>Puts a document as a whole; <paramref name="expected"/> 0 for "must be new", null for any.</summary>
    public RecordPut Put(T value, long? expected) => new(Key(id(value)), JsonSerializer.SerializeToUtf8Bytes(value, type), Fields(value), expected);

    /// <summary>Replaces a document that was read. Members that this release does not know survive.</summary>
    public RecordPut Put(Stored<T> previous, T value) =>
        new(Key(id(value)), UnknownMembers.Keep(previous.Json, JsonSerializer.SerializeToUtf8Bytes(value, type), type), Fields(value), previous.Version);

    /// <summary>What somebody is about to write.</summary>
    /// <exception cref="MLOpsIntegrityException">It is no document of this collection.</exception>
    public T Read(RecordPut put) => Read(new Record(put.Key, 0, put.Json, put.Fields)).Value;

    /// <summary>Whether a put that somebody made himself has the id and the indexed fields of its document.</summary>
    public bool IsHonest(RecordPut put, T document) =>
        Put(document, null) is var own && own.Key == put.Key && own.Fields.All(f => put.Fields.TryGetValue(f.Key, out var value) && value == f.Value);

    /// <exception cref="MLOpsIntegrityException">The document cannot be read.</exception>
    public Stored<T> Read(Record record)
    {
        try
        {
            var value = JsonSerializer.Deserialize(record.Json.Span, type) ?? throw new JsonException("The document is null.");
            return new(complete is null ? value : complete(value), record.Version, record.Json);
        }
        catch (JsonException e)
        {
            throw new MLOpsIntegrityException($"The record {record.Key} cannot be read: {e.Message} Restore the store from a backup, or delete the record.", record.Key.ToString(), innerException: e);
        }
    }

    private Dictionary<string, FieldValue> Fields(T value)
    {
        var fields = new Dictionary<string, FieldValue>(StringComparer.Ordinal);
        index?.Invoke(value, fields);
        return fields;
    }
}
