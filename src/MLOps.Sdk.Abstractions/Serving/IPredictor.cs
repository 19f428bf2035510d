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

    /// <summary>Answers one row, loading the model first when it is not loaded yet, and together with other calls where batching is on.</summary>
    /// <exception cref="MLOpsNotFoundException">The alias does not exist.</exception>
    /// <exception cref="MLOpsOverloadedException">Batching is on and its queue is full, or the deadline passed before the row's turn.</exception>
    ValueTask<Prediction<TOutput>> PredictAsync(TInput input, PredictOptions options = default, CancellationToken cancellationToken = default);

    /// <summary>Answers many rows from one version, each for itself: a row for which the model throws gets its error, and the others their answers.</summary>
    /// <remarks>
    /// The model is asked for all rows at once. Only when that throws are they asked for in halves, down to the rows that are the cause:
    /// a model may be asked for the same row several times.
    /// </remarks>
    /// <param name="inputs">The rows. Must not change until the call is over.</param>
    /// <param name="outcomes">At least as long as <paramref name="inputs"/>; filled in the same order.</param>
    /// <param name="options">Hold for every row.</param>
    /// <param name="cancellationToken">Cancels while the rows wait for their turn; rows that are being computed are not interrupted.</param>
    /// <exception cref="MLOpsNotFoundException">The alias does not exist.</exception>
    /// <exception cref="MLOpsOverloadedException">Batching is on and its queue is full, or the deadline passed before the rows' turn.</exception>
    ValueTask PredictBatchAsync(
        ReadOnlyMemory<TInput> inputs, Memory<PredictionOutcome<TOutput>> outcomes, PredictOptions options = default, CancellationToken cancellationToken = default);

    /// <summary>Answers many rows from one version; an error of the model is the error of all.</summary>
    /// <param name="inputs">The rows.</param>
    /// <param name="predictions">At least as long as <paramref name="inputs"/>; filled in the same order.</param>
    /// <param name="options">Hold for every row.</param>
    /// <exception cref="MLOpsNotFoundException">No version is loaded.</exception>
    void PredictBatch(ReadOnlySpan<TInput> inputs, Span<Prediction<TOutput>> predictions, PredictOptions options = default);
}
