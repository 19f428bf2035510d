using Microsoft.Extensions.Logging;
using MLOps.Models;
using MLOps.Predictions;

namespace MLOps.Serving;

/// <summary>That a process serves a model, and how: what <c>AddModel</c> leaves behind.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Predictor">The predictor's interface, closed over the model's types.</param>
internal abstract record ServedModelDeclaration(string Model, Type Predictor)
{
    public abstract string Types { get; }

    public abstract (ServedSlot Slot, object Predictor) Open(IModelRegistry registry, PredictionLog log, Func<ServedSlot, CancellationToken, ValueTask> load, TimeProvider time, ILogger logger);
}

/// <inheritdoc/>
internal sealed record ServedModelDeclaration<TInput, TOutput>(string Model, ServedModelOptions<TInput, TOutput> Options)
    : ServedModelDeclaration(Model, typeof(IPredictor<TInput, TOutput>))
{
    public override string Types => $"<{typeof(TInput).Name}, {typeof(TOutput).Name}>";

    public override (ServedSlot Slot, object Predictor) Open(
        IModelRegistry registry, PredictionLog log, Func<ServedSlot, CancellationToken, ValueTask> load, TimeProvider time, ILogger logger)
    {
        var slot = new GenerationSlot<TInput, TOutput>(this, registry, log, time, logger);
        return (slot, new Predictor<TInput, TOutput>(slot, new ServedLog<TInput, TOutput>(Model, Options, log), Options.Batching, cancellationToken => load(slot, cancellationToken), time));
    }
}
