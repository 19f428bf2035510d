using static MLOps.Storage.Decorators.StorageTelemetry;

namespace MLOps.Storage.Decorators;

/// <summary>Measures calls on a record store, and the documents that pass. A watch is not measured: it lasts as long as its watcher likes.</summary>
internal sealed class MeteredRecordStore(IRecordStore inner, TimeProvider time) : IRecordStore
{
    private const string Seam = "records";

    public async ValueTask<Record?> GetAsync(RecordKey key, CancellationToken cancellationToken = default)
    {
        var record = await MeasureAsync(time, Seam, "get", () => inner.GetAsync(key, cancellationToken)).ConfigureAwait(false);
        Moved(Seam, "read", record?.Json.Length ?? 0);
        return record;
    }

    public async ValueTask<RecordPage> QueryAsync(RecordQuery query, CancellationToken cancellationToken = default)
    {
        var page = await MeasureAsync(time, Seam, "query", () => inner.QueryAsync(query, cancellationToken)).ConfigureAwait(false);
        Moved(Seam, "read", page.Records.Sum(r => (long)r.Json.Length));
        return page;
    }

    public async ValueTask<CommitResult> CommitAsync(RecordCommit commit, CancellationToken cancellationToken = default)
    {
        var result = await MeasureAsync(time, Seam, "commit", () => inner.CommitAsync(commit, cancellationToken)).ConfigureAwait(false);
        Moved(Seam, "written", commit.Operations.OfType<RecordPut>().Sum(p => (long)p.Json.Length));
        return result;
    }

    public IAsyncEnumerable<RecordChange> WatchAsync(long after, IReadOnlyCollection<string> collections, CancellationToken cancellationToken = default) =>
        inner.WatchAsync(after, collections, cancellationToken);
}
