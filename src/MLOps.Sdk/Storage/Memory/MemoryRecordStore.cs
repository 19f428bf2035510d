using System.Collections.ObjectModel;
using System.Runtime.CompilerServices;

namespace MLOps.Storage.Memory;

/// <summary>
/// Records in the memory of this process: for tests and experiments, and the yardstick for other backends. They are lost
/// with the instance. One lock makes every commit one instant; a query sorts all that match.
/// </summary>
public sealed class MemoryRecordStore : IRecordStore, IRecordScan
{
    private readonly Lock _gate = new();
    private readonly Dictionary<RecordKey, Row> _rows = [];
    private long _position;
    private TaskCompletionSource _changed = NewSignal();

    /// <inheritdoc/>
    public ValueTask<Record?> GetAsync(RecordKey key, CancellationToken cancellationToken = default) => cancellationToken.Answer(() =>
    {
        key.Require();
        lock (_gate) return _rows.GetValueOrDefault(key).Record;
    });

    /// <inheritdoc/>
    public ValueTask<RecordPage> QueryAsync(RecordQuery query, CancellationToken cancellationToken = default) => cancellationToken.Answer(() =>
    {
        QueryRules.Require(query);
        var after = PageToken.Read(query);
        var order = new RecordOrder(query);
        Record[] all;
        long position;
        lock (_gate)
        {
            all = [.. _rows.Values.Where(r => r.Record is { } record && record.Key.Collection == query.Collection).Select(r => r.Record!)];
            position = _position;
        }

        var found = all.Where(r => FilterEvaluation.Matches(query.Filter, r) && (after is not { } place || order.Compare(order.PlaceOf(r), place) > 0))
            .OrderBy(order.PlaceOf, order)
            .Take(query.Size + 1)
            .ToList();
        if (found.Count <= query.Size) return new RecordPage(found, null, position);
        found.RemoveAt(query.Size);
        return new RecordPage(found, order.PlaceOf(found[^1]).Write(query), position);
    });

    /// <inheritdoc/>
    public ValueTask<CommitResult> CommitAsync(RecordCommit commit, CancellationToken cancellationToken = default) => cancellationToken.Answer(() =>
    {
        CommitRules.Require(commit);
        lock (_gate)
        {
            var failures = commit.Operations.Select(o => (Operation: o, Row: _rows.GetValueOrDefault(o.Key)))
                .Where(o => !CommitRules.Holds(o.Operation.Expected, o.Row.Version, o.Row.Deleted))
                .Select(o => (o.Operation.Key, o.Operation.Expected ?? 0, o.Row.Version, o.Row.Deleted))
                .ToList();
            if (failures.Count > 0) throw CommitRules.Conflict(failures);
            var versions = commit.Operations.Select(Apply).ToList();
            var result = new CommitResult(_position, versions);
            Interlocked.Exchange(ref _changed, NewSignal()).SetResult();
            return result;
        }
    });

    /// <inheritdoc/>
    public async IAsyncEnumerable<RecordChange> WatchAsync(long after, IReadOnlyCollection<string> collections, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        WatchRules.Require(after, collections);
        var watched = collections.ToHashSet(StringComparer.Ordinal);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            List<RecordChange> changes;
            Task next;
            lock (_gate)
            {
                changes = [.. Since(after).Where(c => watched.Count == 0 || watched.Contains(c.Key.Collection))];
                after = Math.Max(after, _position);
                next = _changed.Task;
            }

            foreach (var change in changes)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return change;
            }

            await next.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public ValueTask<RecordScanPage> ScanAsync(long after, CancellationToken cancellationToken = default) => cancellationToken.Answer(() =>
    {
        WatchRules.Require(after, []);
        lock (_gate) return new RecordScanPage([.. Since(after)], Math.Max(after, _position), false);
    });

    private IEnumerable<RecordChange> Since(long position) => _rows
        .Where(r => r.Value.Position > position)
        .OrderBy(r => r.Value.Position)
        .Select(r => new RecordChange(r.Value.Position, r.Key, r.Value.Version, r.Value.Record));

    private long Apply(RecordOperation operation)
    {
        var row = _rows.GetValueOrDefault(operation.Key);
        _position++;
        if (operation is RecordPut put)
        {
            // Copies: the caller may reuse its buffer and its dictionary.
            var fields = put.Fields.Where(f => f.Value.IsText || !double.IsNaN(f.Value.Number)).ToDictionary(StringComparer.Ordinal);
            row = new(row.Version + 1, _position, new Record(put.Key, row.Version + 1, put.Json.ToArray(), new ReadOnlyDictionary<string, FieldValue>(fields)));
        }
        else if (operation is RecordDelete && row.Record is not null) row = new(row.Version + 1, _position, null);
        else return row.Version;
        _rows[operation.Key] = row;
        return row.Version;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A record or, when <paramref name="Record"/> is null, what a deleted one leaves behind: its version, so that none is used twice.</summary>
    private readonly record struct Row(long Version, long Position, Record? Record)
    {
        internal bool Deleted => Version > 0 && Record is null;
    }
}
