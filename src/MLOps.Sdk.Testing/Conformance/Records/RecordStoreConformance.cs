using System.Reflection;
using System.Text;
using MLOps.Storage;

namespace MLOps.Testing;

/// <summary>The laws of <see cref="IRecordStore"/> as cases.</summary>
/// <param name="open">Opens the store of an isolation key: one key, one store; another key, another, empty one. Called again for a second instance or a reopening.</param>
public sealed partial class RecordStoreConformance(Func<string, ValueTask<IRecordStore>> open) : ConformanceSuite
{
    private const string Things = "things";
    private static readonly byte[] Empty = "{}"u8.ToArray();

    private protected override async Task RunAsync(MethodInfo law, CancellationToken cancellationToken)
    {
        var store = new StoreUnderTest<IRecordStore>(open);
        await using var end = store.ConfigureAwait(false);
        await law.CreateDelegate<Func<StoreUnderTest<IRecordStore>, CancellationToken, Task>>()(store, cancellationToken).ConfigureAwait(false);
    }

    private static RecordKey Key(string id) => new(Things, id);

    private static byte[] Utf8(string json) => Encoding.UTF8.GetBytes(json);

    private static RecordPut Put(string id, string json = "{}", long? expected = null, params (string Name, FieldValue Value)[] fields) =>
        new(Key(id), Utf8(json), fields.ToDictionary(f => f.Name, f => f.Value), expected);

    private static RecordPut PutField(string id, string field, FieldValue value) => Put(id, "{}", null, (field, value));

    private static async Task<CommitResult> CommitAsync(IRecordStore store, CancellationToken ct, params RecordOperation[] operations) =>
        await store.CommitAsync(new RecordCommit("conformance", operations), ct).ConfigureAwait(false);

    /// <summary>True when the commit was made, false when it lost the race.</summary>
    private static async Task<bool> TryCommitAsync(IRecordStore store, CancellationToken ct, params RecordOperation[] operations)
    {
        try
        {
            await CommitAsync(store, ct, operations).ConfigureAwait(false);
            return true;
        }
        catch (MLOpsConflictException)
        {
            return false;
        }
    }

    private static async Task<string?> TextAsync(IRecordStore store, string id, CancellationToken ct) =>
        await store.GetAsync(Key(id), ct).ConfigureAwait(false) is { } record ? Encoding.UTF8.GetString(record.Json.Span) : null;

    private static async Task<List<string>> IdsAsync(IRecordStore store, CancellationToken ct, Filter? filter = null, string? orderBy = null, bool descending = false)
    {
        var page = await store.QueryAsync(new RecordQuery(Things) { Filter = filter, OrderBy = orderBy, Descending = descending, Size = 10_000 }, ct).ConfigureAwait(false);
        return [.. page.Records.Select(r => r.Key.Id)];
    }

    private static Task<MLOpsInvalidException> RefusedAsync(IRecordStore store, RecordOperation operation, string what, CancellationToken ct) =>
        Check.ThrowsAsync<MLOpsInvalidException>(() => CommitAsync(store, ct, operation), what);

    private static T[] Shuffled<T>(IEnumerable<T> items)
    {
        var shuffled = items.ToArray();
        new Random(20260101).Shuffle(shuffled);
        return shuffled;
    }
}
