using System.Buffers;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using MLOps.Predictions;

namespace MLOps.Serving;

/// <inheritdoc cref="IPredictor{TInput,TOutput}"/>
internal sealed class Predictor<TInput, TOutput> : IPredictor<TInput, TOutput>
{
    private readonly GenerationSlot<TInput, TOutput> _slot;
    private readonly ServedLog<TInput, TOutput> _log;
    private readonly ModelServer _server;
    private readonly TimeProvider _time;
    private readonly ArmBatchers<TInput, TOutput>? _batchers;
    private readonly CallBound? _bound;

    public Predictor(GenerationSlot<TInput, TOutput> slot, ServedLog<TInput, TOutput> log, BatchingOptions? batching, int? maximumCalls, ModelServer server, TimeProvider time)
    {
        (_slot, _log, _server, _time) = (slot, log, server, time);
        if (maximumCalls is { } most) _bound = new(slot.Model, most);
        if (batching is not null) _batchers = new(slot, batching, AnswerQueued, time);
    }

    public string Model => _slot.Model;

    public Prediction<TOutput> Predict(TInput input, PredictOptions options = default)
    {
        RequireInTime(in options);
        using var lease = _slot.Acquire(in options);
        return Answer(in lease, input, in options);
    }

    public async ValueTask<Prediction<TOutput>> PredictAsync(TInput input, PredictOptions options = default, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        RequireInTime(in options);
        if (!_slot.TryAcquire(in options, out var lease)) lease = await LoadedAsync(options, cancellationToken).ConfigureAwait(false);
        if (_batchers is null)
        {
            using (lease) return Answer(in lease, input, in options);
        }

        var batcher = _batchers.Of(in lease);
        if (batcher.TryEnter(1))
        {
            try
            {
                return Answer(in lease, input, in options);
            }
            finally
            {
                lease.Dispose();
                batcher.Finished();
            }
        }

        lease.Dispose();
        var outcome = new PredictionOutcome<TOutput>[1];
        await ArmBatchers<TInput, TOutput>.QueuedAsync(batcher, new(new[] { input }, outcome, options, _time.GetTimestamp(), lease), cancellationToken).ConfigureAwait(false);
        if (outcome[0].Error is { } error) ExceptionDispatchInfo.Throw(error);
        return outcome[0].Prediction;
    }

    public async ValueTask PredictBatchAsync(
        ReadOnlyMemory<TInput> inputs, Memory<PredictionOutcome<TOutput>> outcomes, PredictOptions options = default, CancellationToken cancellationToken = default)
    {
        RowRoom.Require(inputs.Length, outcomes.Length);
        cancellationToken.ThrowIfCancellationRequested();
        RequireInTime(in options);
        if (!_slot.TryAcquire(in options, out var lease)) lease = await LoadedAsync(options, cancellationToken).ConfigureAwait(false);
        if (inputs.IsEmpty)
        {
            lease.Dispose();
            return;
        }

        var batcher = _batchers?.Of(in lease);
        if (batcher is null || batcher.TryEnter(inputs.Length))
        {
            try
            {
                Answer(in lease, inputs.Span, outcomes.Span, options);
            }
            finally
            {
                lease.Dispose();
                batcher?.Finished();
            }

            return;
        }

        lease.Dispose();
        await ArmBatchers<TInput, TOutput>.QueuedAsync(batcher, new(inputs, outcomes, options, _time.GetTimestamp(), lease), cancellationToken).ConfigureAwait(false);
    }

    public void PredictBatch(ReadOnlySpan<TInput> inputs, Span<Prediction<TOutput>> predictions, PredictOptions options = default)
    {
        RowRoom.Require(inputs.Length, predictions.Length);
        RequireInTime(in options);
        using var lease = _slot.Acquire(in options);
        if (inputs.IsEmpty) return;
        var generation = lease.Generation;
        using var activity = Start(generation);
        var began = Began(in lease);
        var outputs = ArrayPool<TOutput>.Shared.Rent(inputs.Length);
        _bound?.Enter();
        try
        {
            generation.Model.PredictBatch(inputs, outputs.AsSpan(0, inputs.Length));
            if (began != 0) Answered(in lease, inputs.Length, began);
            var sequence = generation.Next(inputs.Length);
            var at = LogTime(in options);
            for (var i = 0; i < inputs.Length; i++)
                predictions[i] = Made(in lease, sequence + (ulong)i, inputs[i], outputs[i], at);
        }
        catch (Exception e)
        {
            Failed(in lease, activity, inputs.Length, began, e);
            throw;
        }
        finally
        {
            _bound?.Leave();
            ArrayPool<TOutput>.Shared.Return(outputs, RuntimeHelpers.IsReferenceOrContainsReferences<TOutput>());
        }
    }

    /// <summary>Loads the model first. One that is taken out of memory again at once, because others are asked too, is loaded again.</summary>
    private async ValueTask<RoutedLease<TInput, TOutput>> LoadedAsync(PredictOptions options, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            await _server.LoadAsync(_slot, cancellationToken).ConfigureAwait(false);
            if (!_slot.TryAcquire(in options, out var lease)) continue;
            try
            {
                // Only now that it is held: others make room too.
                await _server.MakeRoomAsync(_slot, cancellationToken).ConfigureAwait(false);
                return lease;
            }
            catch
            {
                lease.Dispose();
                throw;
            }
        }

        return _slot.Acquire(in options);
    }

    private Prediction<TOutput> Answer(in RoutedLease<TInput, TOutput> lease, TInput input, in PredictOptions options)
    {
        var generation = lease.Generation;
        _bound?.Enter();
        using var activity = Start(generation);
        var began = Began(in lease);
        TOutput value;
        try
        {
            value = generation.Model.Predict(input);
        }
        catch (Exception e)
        {
            Failed(in lease, activity, 1, began, e);
            throw;
        }
        finally
        {
            _bound?.Leave();
        }

        if (began != 0) Answered(in lease, 1, began);
        var made = Made(in lease, generation.Next(), input, value, LogTime(in options));
        activity?.SetTag("mlops.prediction", made.Id.ToString());
        return made;
    }

    /// <summary>Answers callers that waited, those of one version in one call of the model as far as they fit.</summary>
    private void AnswerQueued(IReadOnlyList<QueuedRows<TInput, TOutput>> batch)
    {
        var leases = new RoutedLease<TInput, TOutput>[batch.Count];
        var held = 0;
        Exception? failure = null;
        try
        {
            for (; held < batch.Count; held++) leases[held] = _slot.AcquireAgain(batch[held].Chosen, batch[held].Options);
            // Usually one: rows that were chosen for one arm came together. More only after a route was replaced.
            foreach (var together in Enumerable.Range(0, batch.Count).GroupBy(i => leases[i].Generation))
            {
                var places = together.ToList();
                AnswerTogether([.. places.Select(i => batch[i])], [.. places.Select(i => leases[i])]);
            }
        }
        catch (Exception e)
        {
            failure = e;
        }
        finally
        {
            for (var i = 0; i < held; i++) leases[i].Dispose();
            foreach (var rows in batch) rows.Complete(failure);
        }
    }

    private void AnswerTogether(QueuedRows<TInput, TOutput>[] batch, RoutedLease<TInput, TOutput>[] leases)
    {
        var count = batch.Sum(r => r.Inputs.Length);
        var inputs = ArrayPool<TInput>.Shared.Rent(count);
        var outputs = ArrayPool<TOutput>.Shared.Rent(count);
        var errors = ArrayPool<Exception?>.Shared.Rent(count);
        try
        {
            var at = 0;
            foreach (var rows in batch)
            {
                rows.Inputs.CopyTo(inputs.AsMemory(at));
                at += rows.Inputs.Length;
            }

            // A request larger than a batch may be is alone here, and goes in pieces.
            var most = _batchers!.Options.MaximumRows;
            for (var start = 0; start < count; start += most)
            {
                var length = Math.Min(most, count - start);
                Ask(in leases[0], inputs.AsSpan(start, length), outputs.AsSpan(start, length), errors.AsSpan(start, length));
            }

            at = 0;
            for (var i = 0; i < batch.Length; i++)
            {
                var rows = batch[i];
                Fill(in leases[i], rows.Inputs.Span, outputs.AsSpan(at), errors.AsSpan(at), rows.Outcomes.Span, rows.Options);
                at += rows.Inputs.Length;
            }
        }
        finally
        {
            ArrayPool<TInput>.Shared.Return(inputs, RuntimeHelpers.IsReferenceOrContainsReferences<TInput>());
            ArrayPool<TOutput>.Shared.Return(outputs, RuntimeHelpers.IsReferenceOrContainsReferences<TOutput>());
            ArrayPool<Exception?>.Shared.Return(errors, clearArray: true);
        }
    }

    /// <summary>Asks for rows that fail each for itself.</summary>
    private void Answer(in RoutedLease<TInput, TOutput> lease, ReadOnlySpan<TInput> inputs, Span<PredictionOutcome<TOutput>> outcomes, in PredictOptions options)
    {
        var outputs = ArrayPool<TOutput>.Shared.Rent(inputs.Length);
        var errors = ArrayPool<Exception?>.Shared.Rent(inputs.Length);
        try
        {
            Ask(in lease, inputs, outputs, errors);
            Fill(in lease, inputs, outputs, errors, outcomes, in options);
        }
        finally
        {
            ArrayPool<TOutput>.Shared.Return(outputs, RuntimeHelpers.IsReferenceOrContainsReferences<TOutput>());
            ArrayPool<Exception?>.Shared.Return(errors, clearArray: true);
        }
    }

    private void Ask(in RoutedLease<TInput, TOutput> lease, ReadOnlySpan<TInput> inputs, Span<TOutput> outputs, Span<Exception?> errors)
    {
        using var activity = Start(lease.Generation);
        var began = Began(in lease);
        int failed;
        _bound?.Enter();
        try
        {
            failed = RowAnswers.Fill(lease.Generation.Model, inputs, outputs, errors);
        }
        finally
        {
            _bound?.Leave();
        }

        if (failed > 0) Failed(in lease, activity, failed, began, First(errors));
        // Halving costs calls that say nothing about what a batch takes.
        if (began != 0 && failed == 0) Answered(in lease, inputs.Length, began);
        else if (failed < inputs.Length) lease.Counter?.Answered(inputs.Length - failed, _time.GetElapsedTime(began));

        static Exception First(Span<Exception?> errors)
        {
            foreach (var error in errors)
                if (error is not null) return error;
            throw new UnreachableException();
        }
    }

    private void Fill(
        in RoutedLease<TInput, TOutput> lease, ReadOnlySpan<TInput> inputs, ReadOnlySpan<TOutput> outputs, ReadOnlySpan<Exception?> errors,
        Span<PredictionOutcome<TOutput>> outcomes, in PredictOptions options)
    {
        var sequence = lease.Generation.Next(inputs.Length);
        var at = LogTime(in options);
        for (var i = 0; i < inputs.Length; i++)
            outcomes[i] = errors[i] is { } error ? new(default, error) : new(Made(in lease, sequence + (ulong)i, inputs[i], outputs[i], at), null);
    }

    /// <summary>When the event happened, in ticks; 0 for rows that are not logged.</summary>
    private long LogTime(in PredictOptions options) => options.Unlogged || !_log.IsOpen ? 0 : (options.EventTime ?? _time.GetUtcNow()).UtcTicks;

    /// <summary>An answer with its id; it is counted, logged and asked of the shadow on the way.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Prediction<TOutput> Made(in RoutedLease<TInput, TOutput> lease, ulong sequence, TInput input, TOutput output, long at)
    {
        var id = new PredictionId(lease.Generation.Id, sequence);
        if (at > 0) _log.Post(id, input, output, at, lease.Why);
        if (lease.Counter is not null) Routed(in lease, input, output);
        return new(output, lease.Generation.Number, id, lease.Why?.Arm ?? _slot.Alias);
    }

    private void Routed(in RoutedLease<TInput, TOutput> lease, TInput input, TOutput output)
    {
        if (_log.Score is { } score)
        {
            try
            {
                lease.Counter!.Scored(score(output));
            }
            catch (Exception)
            {
                // The application's function; the prediction itself was right and must not fail by it.
            }
        }

        if (lease.Table.Shadow is { } shadow && lease.IsFirst && shadow.Takes()) shadow.Post(input, output);
    }

    /// <summary>When a call began that is timed; 0 for the others.</summary>
    private long Began(in RoutedLease<TInput, TOutput> lease) =>
        lease.Counter is not null || _batchers is not null || ServingTelemetry.Measured || Sampling.Next() ? _time.GetTimestamp() : 0;

    private void Answered(in RoutedLease<TInput, TOutput> lease, int rows, long began)
    {
        var took = _time.GetElapsedTime(began);
        lease.Counter?.Answered(rows, took);
        lease.Generation.Usage.Answered(rows, took);
        if (_batchers is not null) _batchers.Of(in lease).Took(lease.Generation.Id, rows, took);
        if (ServingTelemetry.Measured) ServingTelemetry.Answered(Model, lease.Generation.Number, rows, took);
    }

    private void Failed(in RoutedLease<TInput, TOutput> lease, Activity? activity, int rows, long began, Exception e)
    {
        var took = began == 0 ? TimeSpan.Zero : _time.GetElapsedTime(began);
        // What the model refuses as no valid input is the caller's failure, not the version's.
        if (e is not MLOpsInvalidException) lease.Counter?.Failed(rows, took);
        lease.Generation.Usage.Failed(rows, took);
        ServingTelemetry.Failed(Model, lease.Generation.Number);
        activity?.SetStatus(ActivityStatusCode.Error, e.Message);
    }

    private void RequireInTime(in PredictOptions options)
    {
        if (options.Deadline is { } deadline && deadline < _time.GetUtcNow())
            throw new MLOpsOverloadedException($"'{Model}' was asked for an answer by a deadline that has passed; nothing was computed.", TimeSpan.Zero);
    }

    private Activity? Start(Generation<TInput, TOutput> generation)
    {
        if (!ServingTelemetry.Source.HasListeners()) return null;
        var activity = ServingTelemetry.Source.StartActivity("mlops.predict");
        activity?.SetTag("mlops.model", Model).SetTag("mlops.version", generation.Number);
        return activity;
    }
}
