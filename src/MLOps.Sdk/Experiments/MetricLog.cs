using Microsoft.Extensions.Logging;

namespace MLOps.Experiments;

/// <summary>
/// Writes a run's points: they come together in a bounded buffer, go to the streams batch by batch, and what they say in
/// short goes to the run's record. A batch that could not be written is kept and tried again, before all later ones.
/// </summary>
sealed partial class MetricLog : IThreadPoolWorkItem, IAsyncDisposable
{
    private const int ManyOfAnOpenRun = 1_024;

    private static readonly TimeSpan s_longestSilence = TimeSpan.FromSeconds(1);

    private readonly RunRecord _run;
    private readonly MetricStreams _streams;
    private readonly MetricLogOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly MetricHandles _handles;
    private readonly MetricBuffer _buffer;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly HashSet<MetricSeries> _unsaid = [];
    private readonly Lock _timerGate = new();
    private ITimer? _timer;
    private MetricBatch? _pending;
    private readonly long _droppedBefore;
    private readonly TimeSpan _telling;
    private long _said;
    private volatile bool _ended;

    public MetricLog(RunRecord run, MetricStreams streams, MetricLogOptions options, TimeProvider time, ILogger logger)
    {
        (_run, _streams, _options, _time, _logger) = (run, streams, options, time, logger);
        _handles = new MetricHandles(run.Value.Metrics);
        _buffer = new MetricBuffer(options, () => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false), run.Closed);
        _droppedBefore = run.Value.DroppedPoints;
        _telling = options.FlushInterval < s_longestSilence ? options.FlushInterval : s_longestSilence;
        _said = time.GetTimestamp();
    }

    public MetricHandle Metric(string name)
    {
        lock (_timerGate)
            if (_timer is null && !_ended) _timer = _time.CreateTimer(static log => ((MetricLog)log!).Tick(), this, _options.FlushInterval, _options.FlushInterval);
        return _handles.Of(name);
    }

    public void Add(MetricHandle metric, double value, long step)
    {
        _handles.Require(metric);
        _buffer.Add(new LoggedPoint(metric.Index, step, _time.GetUtcNow().ToUnixTimeMilliseconds(), value));
    }

    /// <summary>How many points found the buffer full and were dropped.</summary>
    public long Dropped => _buffer.Dropped;

    /// <summary>Closes the door to new points, or opens it again.</summary>
    public void Close(bool close = true) => _buffer.Close(close);

    /// <summary>Makes every point added before durable.</summary>
    /// <remarks>
    /// The record is written as a whole, so not with every batch: unless the caller ends it soon, it is told now when it was not for a while, and
    /// else by the timer. What it lacks meanwhile is read from the streams' ends.
    /// </remarks>
    public ValueTask FlushAsync(bool endsSoon, CancellationToken cancellationToken) => InTurnAsync(
        async () =>
        {
            await WriteAsync(cancellationToken).ConfigureAwait(false);
            if (!endsSoon && _time.GetElapsedTime(_said) >= _telling) await TellRecordAsync(null, "metrics", cancellationToken).ConfigureAwait(false);
        },
        cancellationToken);

    /// <summary>Writes what is left, then the run's last state together with what its metrics say in short.</summary>
    /// <param name="end">Changes the run.</param>
    /// <param name="reason">For the commit.</param>
    /// <param name="write">False to leave points unwritten, because writing them failed.</param>
    /// <param name="cancellationToken">Cancels; the run stays as it was.</param>
    public ValueTask EndAsync(Func<Run, Run> end, string reason, bool write, CancellationToken cancellationToken) => InTurnAsync(
        async () =>
        {
            if (write)
            {
                await WriteAsync(cancellationToken).ConfigureAwait(false);
                await CompactAsync(SeriesCompaction.Many, cancellationToken).ConfigureAwait(false);
            }

            await TellRecordAsync(end, reason, cancellationToken).ConfigureAwait(false);
        },
        cancellationToken);

    /// <summary>The writer in the background.</summary>
    async void IThreadPoolWorkItem.Execute()
    {
        _buffer.Came();
        if (_ended) return;
        try
        {
            await FlushAsync(endsSoon: false, CancellationToken.None).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever it is, it is told to those who log and flush; here it would end the process.
        catch (Exception error)
#pragma warning restore CA1031
        {
            LogNotWritten(_logger, _run.Value.Id, error);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _ended = true;
        ITimer? timer;
        lock (_timerGate) timer = _timer;
        if (timer is not null) await timer.DisposeAsync().ConfigureAwait(false);
        _buffer.Release();
    }

    private void Tick()
    {
        if (!_buffer.IsEmpty || _pending is not null || _unsaid.Count > 0) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private async ValueTask WriteAsync(CancellationToken cancellationToken)
    {
        if (_pending is not null) await AppendAsync(_pending, cancellationToken).ConfigureAwait(false);
        var (points, count) = _buffer.Take();
        if (count > 0) _pending = MetricBatch.Of(_run.Value.Id, points.AsSpan(0, count), _handles.All);
        _buffer.GiveBack(points);
        if (_pending is null) return;
        await AppendAsync(_pending, cancellationToken).ConfigureAwait(false);
        await CompactAsync(ManyOfAnOpenRun, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask AppendAsync(MetricBatch batch, CancellationToken cancellationToken)
    {
        // One transaction, unless there are more series than one append may have; an append that was done already is a replay.
        foreach (var part in batch.Appends.Chunk(10_000)) await _streams.Appends.AppendAsync(part, cancellationToken).ConfigureAwait(false);
        batch.Fold();
        _unsaid.UnionWith(batch.Series);
        _pending = null;
    }

    /// <summary>Writes series anew that got so many blocks since they were last looked at. The small blocks are right without it: what cannot be read or removed stays.</summary>
    private async ValueTask CompactAsync(int many, CancellationToken cancellationToken)
    {
        foreach (var series in _handles.All)
        {
            if (series.Next - series.Looked < many) continue;
            try
            {
                if (await _streams.Compaction.JoinedAsync(MetricStreams.Of(_run.Value.Id, series.Name), series.Next, cancellationToken).ConfigureAwait(false) is { Count: > 0 } large)
                {
                    // Kept and tried again when it is not known whether it arrived, as any batch.
                    _pending = MetricBatch.Again(series, large);
                    await AppendAsync(_pending, cancellationToken).ConfigureAwait(false);
                    await _streams.Compaction.RemoveAsync(large[0], cancellationToken).ConfigureAwait(false);
                }
            }
            catch (MLOpsException error) when (_pending is null)
            {
                LogNotCompacted(_logger, series.Name, _run.Value.Id, error);
            }

            series.Look();
        }
    }

    private async ValueTask TellRecordAsync(Func<Run, Run>? end, string reason, CancellationToken cancellationToken)
    {
        if (end is not null || _unsaid.Count > 0)
            await _run.UpdateAsync(run => end is null ? Summarised(run) : end(Summarised(run)), reason, cancellationToken).ConfigureAwait(false);
        _unsaid.Clear();
        _said = _time.GetTimestamp();
    }

    private Run Summarised(Run run)
    {
        Dictionary<string, MetricSummary>? metrics = null;
        foreach (var series in _unsaid)
        {
            // Another process may have repaired the record further than this one knows.
            if (run.Metrics.GetValueOrDefault(series.Name) is { } known && known.Position >= series.Next) continue;
            metrics ??= new Dictionary<string, MetricSummary>(run.Metrics, StringComparer.Ordinal);
            metrics[series.Name] = series.Summary();
        }

        // Counted from where this writer found the run.
        var dropped = _droppedBefore + _buffer.Dropped;
        if (dropped != run.DroppedPoints) return run with { Metrics = metrics ?? run.Metrics, DroppedPoints = dropped };
        return metrics is null ? run : run with { Metrics = metrics };
    }

    private async ValueTask InTurnAsync(Func<ValueTask> work, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        Exception? failure = null;
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            failure = error;
            throw;
        }
        finally
        {
            _buffer.Leaves(failure);
            _writing.Release();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The metrics of run {Run} could not be written; they are kept and tried again.")]
    private static partial void LogNotWritten(ILogger logger, string run, Exception error);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The blocks of metric '{Metric}' of run {Run} could not be joined; it is tried again later.")]
    private static partial void LogNotCompacted(ILogger logger, string metric, string run, Exception error);
}
