namespace MLOps.Serving;

/// <summary>That a process serves a model, and how: what <c>AddModel</c> leaves behind.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Predictor">The predictor's interface, closed over the model's types.</param>
internal abstract record ServedModelDeclaration(string Model, Type Predictor)
{
    public abstract string Types { get; }

    public abstract (ServedSlot Slot, object Predictor) Open(ServingParts parts, ModelServer server);
}

/// <inheritdoc/>
internal sealed record ServedModelDeclaration<TInput, TOutput>(string Model, ServedModelOptions<TInput, TOutput> Options)
    : ServedModelDeclaration(Model, typeof(IPredictor<TInput, TOutput>))
{
    public override string Types => $"<{typeof(TInput).Name}, {typeof(TOutput).Name}>";

    public override (ServedSlot Slot, object Predictor) Open(ServingParts parts, ModelServer server)
    {
        var log = new ServedLog<TInput, TOutput>(Model, Options, parts.Log);
        var slot = new GenerationSlot<TInput, TOutput>(this, log.Score, parts);
        return (slot, new Predictor<TInput, TOutput>(slot, log, Options.Batching, Options.MaximumCalls, server, parts.Time));
    }
}
