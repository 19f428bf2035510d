using System.Globalization;

namespace MLOps.Models;

/// <summary>What can be done with any registry.</summary>
public static class ModelRegistryExtensions
{
    /// <summary>Keeps the aliases of a model in memory, up to date, until disposed. The model need not exist yet.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="time">The clock for pauses after a failure; the system's when null.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    public static ValueTask<FollowedAliases> FollowAsync(this IModelRegistry registry, string model, TimeProvider? time = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(registry);
        return FollowedAliases.StartAsync(registry, model, time ?? TimeProvider.System, cancellationToken);
    }

    /// <summary>A version by its number.</summary>
    /// <exception cref="MLOpsNotFoundException">No such version.</exception>
    internal static ValueTask<ModelVersion> ResolveAsync(this IModelRegistry registry, string model, int number, CancellationToken cancellationToken) =>
        registry.ResolveAsync(string.Create(CultureInfo.InvariantCulture, $"{model}/{number}"), cancellationToken);

    /// <summary>Compares two versions by their references.</summary>
    /// <exception cref="MLOpsNotFoundException">One of them does not exist.</exception>
    public static async ValueTask<ModelComparison> CompareAsync(this IModelRegistry registry, string left, string right, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(registry);
        return ModelComparison.Of(
            await registry.ResolveAsync(left, cancellationToken).ConfigureAwait(false), await registry.ResolveAsync(right, cancellationToken).ConfigureAwait(false));
    }
}
