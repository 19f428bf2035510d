using System.Runtime.CompilerServices;
using MLOps.Models;
using MLOps.Predictions;
using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Monitoring;

/// <summary>Looks after the prediction log: what is kept how long, what must go, what somebody wants to see. Thread-safe.</summary>
public sealed class PredictionUpkeep
{
    private readonly RecordWriter _records;
    private readonly PredictionLog _log;
    private readonly IStreamStore _streams;
    private readonly WindowBook _windows;
    private readonly RecordCollection<PredictionErased> _erasures;

    internal PredictionUpkeep(RecordWriter records, PredictionLog log, IStreamStore streams, IModelRegistry registry) =>
        (_records, _log, _streams, _windows, _erasures) = (records, log, streams, new(streams, registry, log), In(records.Store));

    /// <summary>
    /// Drops rows that are older than wanted, or beyond a number of bytes, oldest first and block by block; what the windows hold of them stays, and hours of days that ended are merged into days.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="age">Rows older than this go; null for any age.</param>
    /// <param name="bytes">The most bytes that are kept; null for any number.</param>
    /// <param name="cancellationToken">Cancels; what was dropped stays dropped.</param>
    /// <returns>How many blocks were dropped.</returns>
    /// <exception cref="MLOpsInvalidException">The age or the size is negative.</exception>
    public async ValueTask<long> RetainAsync(string model, TimeSpan? age, long? bytes = null, CancellationToken cancellationToken = default)
    {
        Name.Require(model, "model name");
        if (age < TimeSpan.Zero) throw new MLOpsInvalidException($"The age is {age}: it must be at least 0.");
        if (bytes < 0) throw new MLOpsInvalidException($"The size is {bytes}: it must be at least 0.");
        await _windows.AdvanceAsync(model, cancellationToken).ConfigureAwait(false);
        var now = _records.Now;
        var blocks = new List<(string Stream, long Position, long Time, long Length)>();
        var firsts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (stream, from) in await CopiedStreams.ListAsync(_streams, PredictionStreams.AllPredictions(model), cancellationToken).ConfigureAwait(false))
            await foreach (var block in _streams.ReadAsync(stream.Name, from, cancellationToken).ConfigureAwait(false))
            {
                firsts.TryAdd(stream.Name, block.Position);
                blocks.Add((stream.Name, block.Position, PredictionBlock.ReadHeader(block.Bytes.Span, LoggedBlocks.Where(stream.Name, block)).MaxTime, block.Bytes.Length));
            }

        var left = blocks.Sum(b => b.Length);
        var dropped = 0L;
        var open = new HashSet<string>(StringComparer.Ordinal);
        var before = new Dictionary<string, long>(StringComparer.Ordinal);
        // Only the first blocks of a stream can go: one that stays keeps all behind it. Old times may come late, so the oldest block need not be the first.
        foreach (var block in blocks.OrderBy(b => b.Time).ThenBy(b => b.Position))
        {
            if (open.Contains(block.Stream)) continue;
            var isOld = age is { } limit && block.Time < (now - limit).UtcTicks;
            if ((!isOld && !(left > bytes)) || block.Position != before.GetValueOrDefault(block.Stream, firsts[block.Stream]))
            {
                open.Add(block.Stream);
                continue;
            }

            before[block.Stream] = block.Position + 1;
            left -= block.Length;
            dropped++;
        }

        foreach (var (stream, position) in before) await _streams.TruncateAsync(stream, position, cancellationToken).ConfigureAwait(false);
        await _windows.RollUpAsync(model, new DateTimeOffset(now.UtcDateTime.Date.AddDays(-14), TimeSpan.Zero), cancellationToken).ConfigureAwait(false);
        return dropped;
    }

    /// <summary>
    /// Takes one subject's rows out of a model's log for good: every prediction in which a column has a value, and its labels. The hours that they were counted in are counted anew from the rows
    /// that are left. What it did is an entry of the audit chain, without the value. Run it again after a crash in the middle: rows that are left go then, but labels of rows that went before it are not found any more.
    /// </summary>
    /// <remarks>A baseline is part of a model version and immutable: a subject of the training data stays in its sample. Rows in the memory of another process are written by it within its flush interval: run it again then.</remarks>
    /// <param name="model">The model.</param>
    /// <param name="column">The column, a category.</param>
    /// <param name="value">The value as it was before any hashing.</param>
    /// <param name="reason">Why; part of the audit entry.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask<PredictionErased> EraseAsync(string model, string column, string value, string? reason = null, CancellationToken cancellationToken = default)
    {
        Name.Require(model, "model name");
        Name.Require(column, "feature name");
        ArgumentNullException.ThrowIfNull(value);
        // What was counted is known to be counted: only then can the copies be passed over.
        await _windows.AdvanceAsync(model, cancellationToken).ConfigureAwait(false);
        var (ids, hours) = await _log.EraseAsync(model, column, value, cancellationToken).ConfigureAwait(false);
        await _windows.RebuildAsync(model, hours, cancellationToken).ConfigureAwait(false);
        var now = _records.Now;
        var erased = new PredictionErased(Guid.CreateVersion7(now).ToString("N"), model, column, ids.Count, hours.Count, reason, _records.Actor, now);
        await _records.CommitAsync([_erasures.Put(erased, RecordOperation.Absent)], reason, cancellationToken).ConfigureAwait(false);
        return erased;
    }

    /// <summary>The logged rows of a window with their labels, for inspection: as they are kept, so redacted columns are redacted.</summary>
    public async IAsyncEnumerable<LoggedPrediction> ExportAsync(string model, MonitorWindow window, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var batch in _log.ReadAsync(model, window.From, window.To, withLabels: true, cancellationToken).ConfigureAwait(false))
        {
            for (var row = 0; row < batch.Count; row++)
            {
                var label = batch.Labels is { } labels && !double.IsNaN(labels[row]) ? labels[row] : (double?)null;
                yield return PredictionReader.Row(batch, row, null) with { Label = label };
            }
        }
    }

    internal static RecordCollection<PredictionErased> In(IRecordStore store) => new(
        store, Collections.PredictionErasures, MonitoringJson.Default.PredictionErased, e => e.Id, (e, fields) => fields["model"] = e.Model);
}
