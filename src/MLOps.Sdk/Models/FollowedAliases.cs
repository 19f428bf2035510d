using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace MLOps.Models;

/// <summary>
/// The aliases of a model in memory, kept up to date: for those who ask on every request. A move shows within moments, made here or in another
/// process; what was resolved is the version as it was when the alias came to it. Thread-safe; resolving allocates nothing.
/// </summary>
public sealed class FollowedAliases : IAsyncDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    private readonly IModelRegistry _registry;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private volatile FrozenDictionary<string, ModelVersion> _versions = FrozenDictionary<string, ModelVersion>.Empty;
    private Task _following = Task.CompletedTask;

    private FollowedAliases(IModelRegistry registry, string model, TimeProvider time) => (_registry, Model, _time) = (registry, model, time);

    /// <summary>The model.</summary>
    public string Model { get; }

    /// <summary>What went wrong with the last look at the store; null while all is well. What is in memory stays, and the store is asked again.</summary>
    public Exception? LastError { get; private set; }

    /// <summary>The version that an alias points to.</summary>
    /// <exception cref="MLOpsNotFoundException">The alias points to nothing.</exception>
    public ModelVersion Resolve(string alias) => _versions.TryGetValue(alias, out var version) ? version : throw new MLOpsNotFoundException(
        $"The model '{Model}' has no alias '{Name.Shown(alias)}'. Point it to a version with IModelRegistry.SetAliasAsync, or through gates with IDeployments.PromoteAsync.");

    /// <summary>The version that an alias points to; false when it points to nothing.</summary>
    public bool TryResolve(string alias, [NotNullWhen(true)] out ModelVersion? version) => _versions.TryGetValue(alias, out version);

    /// <summary>Stops following.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    internal static async ValueTask<FollowedAliases> StartAsync(IModelRegistry registry, string model, TimeProvider time, CancellationToken cancellationToken)
    {
        var followed = new FollowedAliases(registry, Name.Require(model, "model name"), time);
        await foreach (var alias in registry.AliasesAsync(model, cancellationToken).ConfigureAwait(false)) await followed.HearAsync(alias, cancellationToken).ConfigureAwait(false);
        followed._following = Task.Run(followed.FollowAsync, CancellationToken.None);
        return followed;
    }

    private async Task FollowAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await foreach (var alias in _registry.WatchAliasesAsync(Model, _stop.Token).ConfigureAwait(false))
                {
                    await HearAsync(alias, _stop.Token).ConfigureAwait(false);
                    LastError = null;
                }
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever goes wrong with the store, memory keeps answering, and the watch begins anew with all aliases as they are.
            catch (Exception e)
#pragma warning restore CA1031
            {
                LastError = e;
            }

            await Task.Delay(s_pause, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async ValueTask HearAsync(ModelAlias alias, CancellationToken cancellationToken)
    {
        if (_versions.TryGetValue(alias.Alias, out var known) ? known.Number == alias.Number : alias.Number == 0) return;
        var versions = _versions.ToDictionary(StringComparer.Ordinal);
        versions.Remove(alias.Alias);
        if (alias.Number > 0)
        {
            try
            {
                versions[alias.Alias] = await _registry.ResolveAsync(Model, alias.Number, cancellationToken).ConfigureAwait(false);
            }
            catch (MLOpsNotFoundException)
            {
                return; // The alias moved on and its version was deleted since: the next move is on its way.
            }
        }

        _versions = versions.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
