namespace MLOps.Models;

/// <summary>
/// What a user writes and a model format loads: a function from input to output. Must be thread-safe. One that also
/// implements <see cref="IDisposable"/> or <see cref="IAsyncDisposable"/> is disposed exactly once, after its last call.
/// </summary>
/// <typeparam name="TInput">One row of input.</typeparam>
/// <typeparam name="TOutput">One answer.</typeparam>
public interface IModel<TInput, TOutput>
{
    /// <summary>Answers one row.</summary>
    TOutput Predict(TInput input);

    /// <summary>Answers many rows. The default calls <see cref="Predict"/> for each; override it when a model is faster on batches.</summary>
    /// <param name="inputs">The rows.</param>
    /// <param name="outputs">At least as long as <paramref name="inputs"/>; filled in the same order.</param>
    void PredictBatch(ReadOnlySpan<TInput> inputs, Span<TOutput> outputs)
    {
        for (var i = 0; i < inputs.Length; i++) outputs[i] = Predict(inputs[i]);
    }
}
