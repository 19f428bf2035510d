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
    private readonly Func<CancellationToken, ValueTask> _load;
    private readonly TimeProvider _time;
    private readonly BatchingOptions? _batching;
    private readonly MicroBatcher<TInput, TOutput>? _batcher;

    public Predictor(GenerationSlot<TInput, TOutput> slot, ServedLog<TInput, TOutput> log, BatchingOptions? batching, Func<CancellationToken, ValueTask> load, TimeProvider time)
    {
        (_slot, _log, _batching, _load, _time) = (slot, log, batching, load, time);
        if (batching is not null) _batcher = new(slot.Model, batching, AnswerQueued, time);
    }

    public string Model => _slot.Model;

    public Prediction<TOutput> Predict(TInput input, PredictOptions options = default)
    {
        RequireInTime(options);
        using var lease = _slot.Acquire();
        var generation = lease.Generation;
        using var activity = Start(generation);
        var began = IsTimed ? _time.GetTimestamp() : 0;
        TOutput value;
        try
        {
            value = generation.Model.Predict(input);
        }
        catch (Exception e)
        {
            Failed(generation, activity, e);
            throw;
        }

        if (began != 0) Answered(generation, 1, began);
        var id = new PredictionId(generation.Id, generation.Next());
        activity?.SetTag("mlops.prediction", id.ToString());
        if (!options.Unlogged && _log.IsOpen) _log.Post(id, input, value, (options.EventTime ?? _time.GetUtcNow()).UtcTicks);
        return new(value, generation.Number, id, _slot.Alias);
    }

    public async ValueTask<Prediction<TOutput>> PredictAsync(TInput input, PredictOptions options = default, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_slot.IsLoaded) await _load(cancellationToken).ConfigureAwait(false);
        if (_batcher is null) return Predict(input, options);
        if (_batcher.TryEnter(1))
        {
            try
            {
                return Predict(input, options);
            }
            finally
            {
                _batcher.Finished();
            }
        }

        var outcome = new PredictionOutcome<TOutput>[1];
        await QueuedAsync(new[] { input }, outcome, options, cancellationToken).ConfigureAwait(false);
        if (outcome[0].Error is { } error) ExceptionDispatchInfo.Throw(error);
        return outcome[0].Prediction;
    }

    public async ValueTask PredictBatchAsync(
        ReadOnlyMemory<TInput> inputs, Memory<PredictionOutcome<TOutput>> outcomes, PredictOptions options = default, CancellationToken cancellationToken = default)
    {
        RequireRoom(inputs.Length, outcomes.Length);
        cancellationToken.ThrowIfCancellationRequested();
        if (!_slot.IsLoaded) await _load(cancellationToken).ConfigureAwait(false);
        if (inputs.IsEmpty) return;
        if (_batcher is null || _batcher.TryEnter(inputs.Length))
        {
            try
            {
                RequireInTime(options);
                using var lease = _slot.Acquire();
                Answer(lease.Generation, inputs.Span, outcomes.Span, options);
            }
            finally
            {
                _batcher?.Finished();
            }

            return;
        }

        await QueuedAsync(inputs, outcomes, options, cancellationToken).ConfigureAwait(false);
    }

    public void PredictBatch(ReadOnlySpan<TInput> inputs, Span<Prediction<TOutput>> predictions, PredictOptions options = default)
    {
        RequireRoom(inputs.Length, predictions.Length);
        RequireInTime(options);
        using var lease = _slot.Acquire();
        if (inputs.IsEmpty) return;
        var generation = lease.Generation;
        using var activity = Start(generation);
        var began = IsTimed ? _time.GetTimestamp() : 0;
        var outputs = ArrayPool<TOutput>.Shared.Rent(inputs.Length);
        try
        {
            generation.Model.PredictBatch(inputs, outputs.AsSpan(0, inputs.Length));
            if (began != 0) Answered(generation, inputs.Length, began);
            var sequence = generation.Next(inputs.Length);
            var at = LogTime(options);
            for (var i = 0; i < inputs.Length; i++)
                predictions[i] = Made(generation, sequence + (ulong)i, inputs[i], outputs[i], at);
        }
        catch (Exception e)
        {
            Failed(generation, activity, e);
            throw;
        }
        finally
        {
            ArrayPool<TOutput>.Shared.Return(outputs, RuntimeHelpers.IsReferenceOrContainsReferences<TOutput>());
        }
    }

    private Task QueuedAsync(ReadOnlyMemory<TInput> inputs, Memory<PredictionOutcome<TOutput>> outcomes, PredictOptions options, CancellationToken cancellationToken)
    {
        var rows = new QueuedRows<TInput, TOutput>(inputs, outcomes, options, _time.GetTimestamp());
        rows.CancelBy(cancellationToken);
        try
        {
            _batcher!.Enqueue(rows);
        }
        catch
        {
            rows.Complete();
            throw;
        }

        return rows.Done;
    }

    /// <summary>Answers callers that waited, all from one version and, as far as they fit, in one call of the model.</summary>
    private void AnswerQueued(IReadOnlyList<QueuedRows<TInput, TOutput>> batch)
    {
        var count = batch.Sum(r => r.Inputs.Length);
        var inputs = ArrayPool<TInput>.Shared.Rent(count);
        var outcomes = ArrayPool<PredictionOutcome<TOutput>>.Shared.Rent(count);
        Exception? failure = null;
        try
        {
            var at = 0;
            foreach (var rows in batch)
            {
                rows.Inputs.CopyTo(inputs.AsMemory(at));
                at += rows.Inputs.Length;
            }

            using var lease = _slot.Acquire();
            // A request larger than a batch may be is alone here, and goes in pieces.
            var most = _batching!.MaximumRows;
            for (var start = 0; start < count; start += most)
            {
                var length = Math.Min(most, count - start);
                Answer(lease.Generation, inputs.AsSpan(start, length), outcomes.AsSpan(start, length), null);
            }

            at = 0;
            foreach (var rows in batch)
            {
                outcomes.AsSpan(at, rows.Inputs.Length).CopyTo(rows.Outcomes.Span);
                at += rows.Inputs.Length;
                Log(rows);
            }
        }
        catch (Exception e)
        {
            failure = e;
        }
        finally
        {
            ArrayPool<TInput>.Shared.Return(inputs, RuntimeHelpers.IsReferenceOrContainsReferences<TInput>());
            ArrayPool<PredictionOutcome<TOutput>>.Shared.Return(outcomes, clearArray: true);
            foreach (var rows in batch) rows.Complete(failure);
        }
    }

    /// <summary>Asks for rows that fail each for itself; logs them when options are given.</summary>
    private void Answer(Generation<TInput, TOutput> generation, ReadOnlySpan<TInput> inputs, Span<PredictionOutcome<TOutput>> outcomes, PredictOptions? options)
    {
        using var activity = Start(generation);
        var began = IsTimed ? _time.GetTimestamp() : 0;
        var outputs = ArrayPool<TOutput>.Shared.Rent(inputs.Length);
        var errors = ArrayPool<Exception?>.Shared.Rent(inputs.Length);
        try
        {
            var failed = RowAnswers.Fill(generation.Model, inputs, outputs, errors);
            if (failed > 0) Failed(generation, activity, Array.Find(errors, e => e is not null)!);
            // Halving costs calls that say nothing about what a batch takes.
            if (began != 0 && failed == 0) Answered(generation, inputs.Length, began);
            var sequence = generation.Next(inputs.Length);
            var at = options is { } given ? LogTime(given) : 0;
            for (var i = 0; i < inputs.Length; i++)
                outcomes[i] = errors[i] is { } error ? new(default, error) : new(Made(generation, sequence + (ulong)i, inputs[i], outputs[i], at), null);
        }
        finally
        {
            ArrayPool<TOutput>.Shared.Return(outputs, RuntimeHelpers.IsReferenceOrContainsReferences<TOutput>());
            ArrayPool<Exception?>.Shared.Return(errors, clearArray: true);
        }
    }

    private void Log(QueuedRows<TInput, TOutput> rows)
    {
        if (LogTime(rows.Options) is not (> 0 and var at)) return;
        for (var i = 0; i < rows.Inputs.Length; i++)
            if (rows.Outcomes.Span[i] is { Succeeded: true, Prediction: var made }) _log.Post(made.Id, rows.Inputs.Span[i], made.Value, at);
    }

    /// <summary>When the event happened, in ticks; 0 for rows that are not logged.</summary>
    private long LogTime(PredictOptions options) => options.Unlogged || !_log.IsOpen ? 0 : (options.EventTime ?? _time.GetUtcNow()).UtcTicks;

    private Prediction<TOutput> Made(Generation<TInput, TOutput> generation, ulong sequence, TInput input, TOutput output, long at)
    {
        var id = new PredictionId(generation.Id, sequence);
        if (at > 0) _log.Post(id, input, output, at);
        return new(output, generation.Number, id, _slot.Alias);
    }

    private bool IsTimed => _batcher is not null || ServingTelemetry.Measured;

    private void Answered(Generation<TInput, TOutput> generation, int rows, long began)
    {
        var took = _time.GetElapsedTime(began);
        _batcher?.Took(generation.Id, rows, took);
        if (ServingTelemetry.Measured) ServingTelemetry.Answered(Model, generation.Number, rows, took);
    }

    private static void RequireRoom(int inputs, int outputs)
    {
        if (outputs < inputs) throw new MLOpsInvalidException($"There are {inputs} inputs but room for {outputs} predictions only. Give as much room as there are inputs.");
    }

    private void RequireInTime(PredictOptions options)
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

    private void Failed(Generation<TInput, TOutput> generation, Activity? activity, Exception e)
    {
        ServingTelemetry.Failed(Model, generation.Number);
        activity?.SetStatus(ActivityStatusCode.Error, e.Message);
    }
}
