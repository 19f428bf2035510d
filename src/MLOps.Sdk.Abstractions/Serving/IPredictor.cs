namespace MLOps.Serving;

/// <summary>
/// What an application injects to ask a served model. Thread-safe. Always answers from one whole version; when the
/// alias moves, later calls answer from the new version, and the old one is disposed after its last call.
/// </summary>
/// <typeparam name="TInput">One row of input.</typeparam>
/// <typeparam name="TOutput">One answer.</typeparam>
public interface IPredictor<TInput, TOutput>
{
    /// <summary>The served model's name.</summary>
    string Model { get; }

    /// <summary>Answers one row.</summary>
    /// <exception cref="MLOpsNotFoundException">No version is loaded: the alias does not exist yet, or the host has not started; the message says which.</exception>
    Prediction<TOutput> Predict(TInput input, PredictOptions options = default);

    /// <summary>Answers one row, loading the model first when it is not loaded yet.</summary>
    /// <exception cref="MLOpsNotFoundException">The alias does not exist.</exception>
    ValueTask<Prediction<TOutput>> PredictAsync(TInput input, PredictOptions options = default, CancellationToken cancellationToken = default);

    /// <summary>Answers many rows from one version.</summary>
    /// <param name="inputs">The rows.</param>
    /// <param name="predictions">At least as long as <paramref name="inputs"/>; filled in the same order.</param>
    /// <param name="options">Hold for every row.</param>
    /// <exception cref="MLOpsNotFoundException">No version is loaded.</exception>
    void PredictBatch(ReadOnlySpan<TInput> inputs, Span<Prediction<TOutput>> predictions, PredictOptions options = default);
}
