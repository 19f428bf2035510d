using Microsoft.Extensions.Logging;
using MLOps.Models;

namespace MLOps.Serving;

/// <summary>The place of one declared model in a server: what a server knows without the model's types.</summary>
internal abstract class ServedSlot(string model, string alias, IModelRegistry registry, ILogger logger) : IAsyncDisposable
{
    // Swaps take turns, and each reads the alias once it has its turn: the one that ends last has read last.
    private readonly SemaphoreSlim _turn = new(1, 1);

    public string Model { get; } = model;

    public string Alias { get; } = alias;

    protected ILogger Logger { get; } = logger;

    protected IModelRegistry Registry { get; } = registry;

    /// <summary>Why the last attempt failed; null after a success, and before the first.</summary>
    protected string? LastError { get; private set; }

    /// <summary>Whether loading was ever tried.</summary>
    protected bool Tried { get; private set; }

    public abstract ServedModel Status { get; }

    public abstract bool IsLoaded { get; }

    /// <summary>The version that answers; 0 for none.</summary>
    public abstract int Number { get; }

    /// <summary>Reads the alias and makes its version answer.</summary>
    public async ValueTask RefreshAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var version = await Registry.ResolveAsync($"{Model}@{Alias}", cancellationToken).ConfigureAwait(false);
            if (!Answers(version)) await LoadAsync(version, cancellationToken).ConfigureAwait(false);
            LastError = null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LastError = e.Message;
            if (e is MLOpsNotFoundException && !IsLoaded) ServingMessages.AliasMissing(Logger, Model, Alias);
            else ServingMessages.LoadFailed(Logger, e, Model, Alias, Number);
            throw;
        }
        finally
        {
            Tried = true;
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            await CloseAsync().ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Whether this very version answers already.</summary>
    protected abstract bool Answers(ModelVersion version);

    /// <summary>Loads, checks, warms up, records and only then publishes a version.</summary>
    protected abstract ValueTask LoadAsync(ModelVersion version, CancellationToken cancellationToken);

    protected abstract ValueTask CloseAsync();
}
