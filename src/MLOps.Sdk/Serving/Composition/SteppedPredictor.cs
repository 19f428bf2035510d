namespace MLOps.Serving;

/// <summary>A predictor with a step before and a step after it.</summary>
internal sealed class SteppedPredictor<TInput, TOutput, TOuterInput, TOuterOutput>(
    IPredictor<TInput, TOutput> inner, Func<TOuterInput, TInput> before, Func<TOuterInput, TOutput, TOuterOutput> after) : IPredictor<TOuterInput, TOuterOutput>
{
    public string Model => inner.Model;

    public Prediction<TOuterOutput> Predict(TOuterInput input, PredictOptions options = default) => After(input, inner.Predict(before(input), options));

    public async ValueTask<Prediction<TOuterOutput>> PredictAsync(TOuterInput input, PredictOptions options = default, CancellationToken cancellationToken = default) =>
        After(input, await inner.PredictAsync(before(input), options, cancellationToken).ConfigureAwait(false));

    public async ValueTask PredictBatchAsync(
        ReadOnlyMemory<TOuterInput> inputs, Memory<PredictionOutcome<TOuterOutput>> outcomes, PredictOptions options = default, CancellationToken cancellationToken = default)
    {
        RowRoom.Require(inputs.Length, outcomes.Length);
        var (rows, places) = (new List<TInput>(inputs.Length), new List<int>(inputs.Length));
        for (var i = 0; i < inputs.Length; i++)
        {
            try
            {
                rows.Add(before(inputs.Span[i]));
                places.Add(i);
            }
#pragma warning disable CA1031 // The application's step: its error is the error of its row.
            catch (Exception e)
#pragma warning restore CA1031
            {
                outcomes.Span[i] = new(default, e);
            }
        }

        var answers = new PredictionOutcome<TOutput>[rows.Count];
        await inner.PredictBatchAsync(rows.ToArray(), answers, options, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < answers.Length; i++) outcomes.Span[places[i]] = After(inputs.Span[places[i]], answers[i]);
    }

    public void PredictBatch(ReadOnlySpan<TOuterInput> inputs, Span<Prediction<TOuterOutput>> predictions, PredictOptions options = default)
    {
        RowRoom.Require(inputs.Length, predictions.Length);
        var rows = new TInput[inputs.Length];
        for (var i = 0; i < rows.Length; i++) rows[i] = before(inputs[i]);
        var answers = new Prediction<TOutput>[rows.Length];
        inner.PredictBatch(rows, answers, options);
        for (var i = 0; i < answers.Length; i++) predictions[i] = After(inputs[i], answers[i]);
    }

    private Prediction<TOuterOutput> After(TOuterInput input, Prediction<TOutput> answer) => new(after(input, answer.Value), answer.Version, answer.Id, answer.Route);

    private PredictionOutcome<TOuterOutput> After(TOuterInput input, PredictionOutcome<TOutput> answer)
    {
        if (!answer.Succeeded) return new(default, answer.Error);
        try
        {
            return new(After(input, answer.Prediction), null);
        }
#pragma warning disable CA1031 // As above.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return new(default, e);
        }
    }
}
