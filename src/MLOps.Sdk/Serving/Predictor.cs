using System.Buffers;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using MLOps.Predictions;

namespace MLOps.Serving;

/// <inheritdoc cref="IPredictor{TInput,TOutput}"/>
internal sealed class Predictor<TInput, TOutput>(
    GenerationSlot<TInput, TOutput> slot, ServedLog<TInput, TOutput> log, Func<CancellationToken, ValueTask> load, TimeProvider time) : IPredictor<TInput, TOutput>
{
    public string Model => slot.Model;

    public Prediction<TOutput> Predict(TInput input, PredictOptions options = default)
    {
        using var lease = slot.Acquire();
        var generation = lease.Generation;
        using var activity = Start(generation);
        var began = ServingTelemetry.Measured ? time.GetTimestamp() : 0;
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

        if (began != 0) ServingTelemetry.Answered(Model, generation.Number, 1, time.GetElapsedTime(began));
        var id = new PredictionId(generation.Id, generation.Next());
        activity?.SetTag("mlops.prediction", id.ToString());
        if (!options.Unlogged && log.IsOpen) log.Post(id, input, value, (options.EventTime ?? time.GetUtcNow()).UtcTicks);
        return new(value, generation.Number, id, slot.Alias);
    }

    public async ValueTask<Prediction<TOutput>> PredictAsync(TInput input, PredictOptions options = default, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!slot.IsLoaded) await load(cancellationToken).ConfigureAwait(false);
        return Predict(input, options);
    }

    public void PredictBatch(ReadOnlySpan<TInput> inputs, Span<Prediction<TOutput>> predictions, PredictOptions options = default)
    {
        if (predictions.Length < inputs.Length)
            throw new MLOpsInvalidException($"There are {inputs.Length} inputs but room for {predictions.Length} predictions only. Give a span at least as long as the inputs.");
        using var lease = slot.Acquire();
        if (inputs.IsEmpty) return;
        var generation = lease.Generation;
        using var activity = Start(generation);
        var began = ServingTelemetry.Measured ? time.GetTimestamp() : 0;
        var outputs = ArrayPool<TOutput>.Shared.Rent(inputs.Length);
        try
        {
            generation.Model.PredictBatch(inputs, outputs.AsSpan(0, inputs.Length));
            if (began != 0) ServingTelemetry.Answered(Model, generation.Number, inputs.Length, time.GetElapsedTime(began));
            var sequence = generation.Next(inputs.Length);
            var logged = !options.Unlogged && log.IsOpen;
            var at = logged ? (options.EventTime ?? time.GetUtcNow()).UtcTicks : 0;
            for (var i = 0; i < inputs.Length; i++)
            {
                var id = new PredictionId(generation.Id, sequence + (ulong)i);
                if (logged) log.Post(id, inputs[i], outputs[i], at);
                predictions[i] = new(outputs[i], generation.Number, id, slot.Alias);
            }
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
