namespace MLOps.Serving;

/// <summary>Several predictors that are asked for every row, and one answer of theirs.</summary>
internal sealed class CombinedPredictor<TInput, TOutput, TCombined>(
    IPredictor<TInput, TOutput>[] parts, string name, Func<TInput, IReadOnlyList<Prediction<TOutput>>, TCombined> combine) : IPredictor<TInput, TCombined>
{
    public string Model { get; } = name;

    public Prediction<TCombined> Predict(TInput input, PredictOptions options = default) => Combine(input, [.. parts.Select(p => p.Predict(input, options))]);

    public async ValueTask<Prediction<TCombined>> PredictAsync(TInput input, PredictOptions options = default, CancellationToken cancellationToken = default) =>
        Combine(input, await Task.WhenAll(parts.Select(p => p.PredictAsync(input, options, cancellationToken).AsTask())).ConfigureAwait(false));

    public async ValueTask PredictBatchAsync(
        ReadOnlyMemory<TInput> inputs, Memory<PredictionOutcome<TCombined>> outcomes, PredictOptions options = default, CancellationToken cancellationToken = default)
    {
        RowRoom.Require(inputs.Length, outcomes.Length);
        var answers = parts.Select(_ => new PredictionOutcome<TOutput>[inputs.Length]).ToArray();
        await Task.WhenAll(parts.Select((part, i) => part.PredictBatchAsync(inputs, answers[i], options, cancellationToken).AsTask())).ConfigureAwait(false);
        for (var row = 0; row < inputs.Length; row++)
        {
            var at = row;
            var failed = answers.Select(a => a[at].Error).FirstOrDefault(e => e is not null);
            outcomes.Span[row] = failed is not null ? new(default, failed) : TryCombine(inputs.Span[row], [.. answers.Select(a => a[at].Prediction)]);
        }
    }

    public void PredictBatch(ReadOnlySpan<TInput> inputs, Span<Prediction<TCombined>> predictions, PredictOptions options = default)
    {
        RowRoom.Require(inputs.Length, predictions.Length);
        var answers = new Prediction<TOutput>[parts.Length][];
        for (var part = 0; part < parts.Length; part++) parts[part].PredictBatch(inputs, answers[part] = new Prediction<TOutput>[inputs.Length], options);
        for (var row = 0; row < inputs.Length; row++)
        {
            var at = row;
            predictions[row] = Combine(inputs[row], [.. answers.Select(a => a[at])]);
        }
    }

    private Prediction<TCombined> Combine(TInput input, Prediction<TOutput>[] answers) => new(combine(input, answers), answers[0].Version, answers[0].Id, answers[0].Route);

    private PredictionOutcome<TCombined> TryCombine(TInput input, Prediction<TOutput>[] answers)
    {
        try
        {
            return new(Combine(input, answers), null);
        }
#pragma warning disable CA1031 // The application's step: its error is the error of its row.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return new(default, e);
        }
    }
}
