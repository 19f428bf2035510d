using MLOps.Models;

namespace MLOps.Delivery;

/// <summary>A version loaded for a gate; disposed with it.</summary>
internal sealed class LoadedModel<TInput, TOutput> : IAsyncDisposable
{
    private readonly object _loaded;

    private LoadedModel(object loaded, IModel<TInput, TOutput> model) => (_loaded, Model) = (loaded, model);

    public IModel<TInput, TOutput> Model { get; }

    /// <exception cref="MLOpsInvalidException">It has other types.</exception>
    public static async ValueTask<LoadedModel<TInput, TOutput>> LoadAsync(ModelVersion version, IModelRegistry registry, CancellationToken cancellationToken)
    {
        var loaded = await registry.LoadAsync(version, cancellationToken).ConfigureAwait(false);
        if (loaded is IModel<TInput, TOutput> model) return new(loaded, model);
        await ModelDisposal.DisposeAsync(loaded).ConfigureAwait(false);
        throw new MLOpsInvalidException($"{version} does not take {typeof(TInput).Name} and give {typeof(TOutput).Name}: declare the gate with the model's own types.");
    }

    public ValueTask DisposeAsync() => ModelDisposal.DisposeAsync(_loaded);
}
