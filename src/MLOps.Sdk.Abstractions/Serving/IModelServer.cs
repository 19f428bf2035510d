namespace MLOps.Serving;

/// <summary>Keeps the served models loaded and swaps them when their alias moves. Thread-safe.</summary>
public interface IModelServer
{
    /// <summary>The predictor of a model declared with <c>AddModel</c>, loaded if its alias exists.</summary>
    /// <typeparam name="TInput">As declared.</typeparam>
    /// <typeparam name="TOutput">As declared.</typeparam>
    /// <param name="model">The model's name.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MLOpsNotFoundException">No such model is declared; the message names those that are.</exception>
    /// <exception cref="MLOpsInvalidException">It is declared with other types.</exception>
    ValueTask<IPredictor<TInput, TOutput>> GetAsync<TInput, TOutput>(string model, CancellationToken cancellationToken = default);

    /// <summary>Reads the model's alias and route now and swaps if they moved; returns when the version it points to answers. A version that cannot be loaded leaves the old one serving and throws.</summary>
    /// <exception cref="MLOpsNotFoundException">No such model is declared, or its alias does not exist.</exception>
    ValueTask RefreshAsync(string model, CancellationToken cancellationToken = default);

    /// <summary>Takes a model out of memory once its calls have ended; the next asynchronous call, or <see cref="RefreshAsync"/>, loads it again. Meanwhile synchronous calls throw and its alias is not followed.</summary>
    /// <exception cref="MLOpsNotFoundException">No such model is declared.</exception>
    ValueTask UnloadAsync(string model, CancellationToken cancellationToken = default);

    /// <summary>What is declared and what is loaded, by name.</summary>
    IReadOnlyList<ServedModel> Served { get; }
}
