using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using MLOps.Storage;

namespace MLOps.Predictions;

/// <summary>
/// Empties the sinks in the background: rows become blocks, blocks go to their streams. While the store fails, blocks
/// wait and are tried again with each interval; when too many wait, the sinks fill up and drop.
/// </summary>
internal sealed class PredictionWriter : IAsyncDisposable
{
    private readonly IStreamStore _streams;
    private readonly PredictionLogOptions _options;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly ConcurrentQueue<TaskCompletionSource> _flushes = [];
    private readonly Dictionary<ulong, PredictionRows> _rows = [];
    private readonly Dictionary<ulong, long> _positions = [];
    private readonly List<PendingBlock> _pending = [];
    private readonly Dictionary<PredictionSink, long> _reported = [];
    private readonly Func<PredictionSink, ulong, PredictionRows> _rowsOf;
    private readonly ITimer _timer;
    private readonly Task _work;
    private volatile IReadOnlyList<PredictionSink> _sinks = [];
    private volatile bool _due;
    private volatile bool _stopping;
    private int _woken;
    private bool _failing;
    private PredictionRows? _last;

    public PredictionWriter(IStreamStore streams, PredictionLogOptions options, TimeProvider time, ILogger logger)
    {
        (_streams, _options, _logger, _rowsOf) = (streams, options, logger, RowsOf);
        _timer = time.CreateTimer(_ => Due(), null, options.FlushInterval, options.FlushInterval);
        _work = Task.Run(RunAsync);
    }

    /// <summary>Attempts to write that failed.</summary>
    public long Failures { get; private set; }

    public void Add(PredictionSink sink) => _sinks = [.. _sinks, sink];

    /// <summary>Asks for rows to be taken soon. Cheap, and never waits.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _woken, 1) == 0) _wake.Release();
    }

    /// <summary>Completes when all that was posted before the call is durable.</summary>
    public Task FlushAsync()
    {
        var flush = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _flushes.Enqueue(flush);
        Wake();
        // The last round of a writer that was closed meanwhile may have passed by.
        if (_work.IsCompleted) flush.TrySetException(new ObjectDisposedException(nameof(PredictionLog)));
        return flush.Task;
    }

    public async ValueTask DisposeAsync()
    {
        if (_stopping)
        {
            await _work.ConfigureAwait(false);
            return;
        }

        _stopping = true;
        await _timer.DisposeAsync().ConfigureAwait(false);
        Wake();
        await _work.ConfigureAwait(false);
        while (_flushes.TryDequeue(out var late)) late.TrySetException(new ObjectDisposedException(nameof(PredictionLog)));
    }

    private void Due()
    {
        _due = true;
        Wake();
    }

    private async Task RunAsync()
    {
        while (true)
        {
            await _wake.WaitAsync().ConfigureAwait(false);
            Volatile.Write(ref _woken, 0);
            Interlocked.MemoryBarrier();
            var stopping = _stopping;
            var flushes = new List<TaskCompletionSource>();
            while (_flushes.TryDequeue(out var flush)) flushes.Add(flush);
            var all = stopping || _due || flushes.Count > 0;
            _due = false;
            try
            {
                if (all) await WriteAllAsync().ConfigureAwait(false);
                else await WriteFullAsync().ConfigureAwait(false);
                flushes.ForEach(f => f.TrySetResult());
            }
            catch (Exception e)
            {
                // Nothing was lost: blocks wait for the next interval.
                flushes.ForEach(f => f.TrySetException(e));
                if (stopping) PredictionsMessages.ClosedWithLoss(_logger, e, _pending.Sum(p => p.Rows) + _rows.Values.Sum(r => r.Count) + _sinks.Sum(s => s.Claimed - s.Taken));
            }

            if (all) ReportDrops();
            if (stopping) return;
        }
    }

    /// <summary>Takes what is there and writes the blocks that became full.</summary>
    private async Task WriteFullAsync()
    {
        foreach (var sink in _sinks)
            while (_pending.Count < _options.PendingBlocks && sink.TryTake(_rowsOf)) PackFull();
        if (!_failing) await AppendAsync().ConfigureAwait(false);
    }

    /// <summary>Takes and writes all that was posted before it began.</summary>
    private async Task WriteAllAsync()
    {
        foreach (var sink in _sinks)
        {
            var until = sink.Claimed;
            while (sink.Taken < until)
            {
                if (_pending.Count >= _options.PendingBlocks) await AppendAsync().ConfigureAwait(false);
                if (sink.TryTake(_rowsOf)) PackFull();
                else await Task.Yield(); // A caller is between claiming and filling.
            }
        }

        foreach (var (generation, rows) in _rows)
        {
            if (rows.Count > 0)
            {
                Pack(rows);
                continue;
            }

            // Nothing came for a whole interval. The shortcut must not outlive the entry, or later rows would go to a block that nobody writes.
            _rows.Remove(generation);
            if (_last == rows) _last = null;
        }

        await AppendAsync().ConfigureAwait(false);
    }

    private PredictionRows RowsOf(PredictionSink sink, ulong generation)
    {
        if (_last?.Generation == generation) return _last;
        if (!_rows.TryGetValue(generation, out var rows)) _rows[generation] = rows = new(sink.Model, generation, sink.Features, _options.BlockRows);
        return _last = rows;
    }

    private void PackFull()
    {
        if (_last is { IsFull: true }) Pack(_last);
    }

    private void Pack(PredictionRows rows)
    {
        var position = _positions.GetValueOrDefault(rows.Generation);
        _positions[rows.Generation] = position + 1;
        var stream = PredictionStreams.Predictions(rows.Model, ServedGeneration.ToId(rows.Generation));
        _pending.Add(new PendingBlock(rows.Model, stream, rows.Generation, position, PredictionBlock.Pack(rows), rows.Count));
        rows.Clear();
    }

    private async Task AppendAsync()
    {
        if (_pending.Count == 0) return;
        try
        {
            await _streams.AppendAsync([.. _pending.Select(p => new StreamAppend(p.Stream, p.Position, p.Bytes))]).ConfigureAwait(false);
            foreach (var block in _pending) PredictionsTelemetry.Written(block.Model, block.Rows);
            _pending.Clear();
            if (_failing) PredictionsMessages.WriteRecovered(_logger);
            _failing = false;
        }
        catch (Exception e)
        {
            Failures++;
            PredictionsTelemetry.Failed();
            if (!_failing) PredictionsMessages.WriteFailed(_logger, e, _pending.Count);
            _failing = true;
            if (!IsRefusal(e)) throw;
            await AppendSinglyAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The store will never take one of the blocks as it is: that one must neither stand before those that come after nor take them with it.</summary>
    private async Task AppendSinglyAsync()
    {
        while (_pending.Count > 0)
        {
            var block = _pending[0];
            try
            {
                await _streams.AppendAsync([new StreamAppend(block.Stream, block.Position, block.Bytes)]).ConfigureAwait(false);
                PredictionsTelemetry.Written(block.Model, block.Rows);
                _pending.RemoveAt(0);
            }
            catch (Exception e) when (IsRefusal(e))
            {
                PredictionsMessages.BlockRefused(_logger, e, block.Rows, block.Model);
                _sinks.First(s => s.Model == block.Model).Drop(block.Rows);
                _pending.RemoveAt(0);
                await RenumberAsync(block).ConfigureAwait(false);
            }
        }

        _failing = false;
    }

    /// <summary>Gives the blocks that follow a refused one the places that are free.</summary>
    private async Task RenumberAsync(PendingBlock refused)
    {
        var next = await _streams.StatAsync(refused.Stream).ConfigureAwait(false) is { } info ? info.Next : 0;
        for (var i = 0; i < _pending.Count; i++)
            if (_pending[i].Stream == refused.Stream) _pending[i] = _pending[i] with { Position = next++ };
        _positions[refused.Generation] = next;
    }

    private static bool IsRefusal(Exception e) => e is MLOpsInvalidException or MLOpsConflictException;

    private void ReportDrops()
    {
        foreach (var sink in _sinks)
        {
            var dropped = sink.Dropped;
            var before = _reported.GetValueOrDefault(sink);
            if (dropped > before) PredictionsMessages.RowsDropped(_logger, dropped - before, sink.Model);
            _reported[sink] = dropped;
        }
    }
}
