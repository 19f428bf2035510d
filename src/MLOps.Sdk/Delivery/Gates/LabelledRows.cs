using MLOps.Models;

namespace MLOps.Delivery;

/// <summary>Labelled rows that models are asked for, and what their answers cost.</summary>
internal sealed class LabelledRows<TInput, TOutput>(TInput[] inputs, double[] labels, Func<TOutput, double> score)
{
    private const int Batch = 1024;

    public int Count => Labels.Length;

    public double[] Labels { get; } = labels;

    /// <summary>A version's answers to all rows, as numbers.</summary>
    public async ValueTask<double[]> AnswerAsync(ModelVersion version, IModelRegistry registry, CancellationToken cancellationToken)
    {
        var model = await LoadedModel<TInput, TOutput>.LoadAsync(version, registry, cancellationToken).ConfigureAwait(false);
        await using (model.ConfigureAwait(false))
        {
            var outputs = new TOutput[inputs.Length];
            for (var start = 0; start < inputs.Length; start += Batch)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var length = Math.Min(Batch, inputs.Length - start);
                model.Model.PredictBatch(inputs.AsSpan(start, length), outputs.AsSpan(start, length));
            }

            return [.. outputs.Select(score)];
        }
    }
}
