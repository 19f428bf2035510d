using System.Collections.Concurrent;
using MLOps.Models;

namespace MLOps.Serving;

/// <summary>Doubles its input, keeps the size of every batch, and refuses <see cref="int.MinValue"/>.</summary>
internal sealed class BatchModel(BatchFormat format) : IModel<int, int>
{
    public int Predict(int input)
    {
        Span<int> output = [0];
        PredictBatch([input], output);
        return output[0];
    }

    public void PredictBatch(ReadOnlySpan<int> inputs, Span<int> outputs)
    {
        format.Sizes.Enqueue(inputs.Length);
        format.During?.Invoke(inputs.ToArray());
        for (var i = 0; i < inputs.Length; i++)
            outputs[i] = inputs[i] == int.MinValue ? throw new InvalidOperationException("The model refuses this row.") : inputs[i] * 2;
    }
}

internal sealed class BatchFormat : IModelFormat
{
    public ConcurrentQueue<int> Sizes { get; } = [];

    /// <summary>Runs inside each call of the model, with its rows.</summary>
    public Action<int[]>? During { get; set; }

    public string Key => "batch";

    public bool CanPack(object model) => model is string;

    public ValueTask<ModelPackage> PackAsync(object model, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(new ModelPackage(new Dictionary<string, string>(), [new ModelPackageFile("value", () => new MemoryStream("twice"u8.ToArray()))]));

    public ValueTask<object> LoadAsync(ModelVersion version, ModelFiles files, CancellationToken cancellationToken = default) => ValueTask.FromResult<object>(new BatchModel(this));
}
