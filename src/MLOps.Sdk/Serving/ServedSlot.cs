using MLOps.Models;

namespace MLOps.Serving;

/// <summary>The place of one declared model in a server: what a server knows without the model's types.</summary>
internal abstract class ServedSlot(string model, string alias, bool isLazy, ServingParts parts) : IAsyncDisposable
{
    // Swaps take turns, and each reads alias and route once it has its turn: the one that ends last has read last.
    private readonly SemaphoreSlim _turn = new(1, 1);

    private TaskCompletionSource _nudge = NewNudge();

    public string Model { get; } = model;

    public string Alias { get; } = alias;

    protected ServingParts Parts { get; } = parts;

    /// <summary>Why the last attempt failed; null after a success, and before the first.</summary>
    public string? LastError { get; private set; }

    /// <summary>Whether loading was ever tried.</summary>
    protected bool Tried { get; private set; }

    public abstract ServedModel Status { get; }

    public abstract bool IsLoaded { get; }

    /// <summary>The version that the first arm answers with; 0 for none.</summary>
    public abstract int Number { get; }

    /// <summary>The revision of the route that decides; 0 for none.</summary>
    public abstract long Revision { get; }

    /// <summary>Arms that were taken out here.</summary>
    public abstract IReadOnlyList<TrippedArm> Tripped { get; }

    /// <summary>Whether the model is to be loaded when it is asked, and is not followed until then.</summary>
    public bool IsAsleep { get; private set; } = isLazy;

    /// <summary>Whether the model may be taken out of memory to make room.</summary>
    public bool IsLazy { get; } = isLazy;

    /// <summary>Bytes of the versions that are loaded, by the declaration's word.</summary>
    public abstract long MemoryBytes { get; }

    /// <summary>Changes when the model is loaded and when it is asked.</summary>
    public abstract (ulong Generation, ulong Asked) Used { get; }

    /// <summary>What was counted under each revision that is not forgotten yet.</summary>
    public abstract IReadOnlyList<ArmCounts> ReadCounts(string instance);

    /// <summary>Completes when somebody heard that the alias or the route may have changed.</summary>
    public Task Nudged => Volatile.Read(ref _nudge).Task;

    /// <summary>Says that the alias or the route may have changed.</summary>
    public void Nudge() => Interlocked.Exchange(ref _nudge, NewNudge()).TrySetResult();

    /// <summary>Raised after another table was published, and after one could not be.</summary>
    public event Action? Changed;

    /// <summary>Reads alias and route, and makes their versions answer.</summary>
    public async ValueTask RefreshAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var route = (await Parts.Routes.GetAsync(Model, Alias, cancellationToken).ConfigureAwait(false))?.Value;
            var first = await ResolveAsync(route?.Arms[0].Number, cancellationToken).ConfigureAwait(false);
            await ObeyAsync(route, first, cancellationToken).ConfigureAwait(false);
            if (IsAsleep) Wake();
            LastError = null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LastError = e.Message;
            if (e is MLOpsNotFoundException && !IsLoaded) ServingMessages.AliasMissing(Parts.Logger, Model, Alias);
            else ServingMessages.LoadFailed(Parts.Logger, e, Model, Alias, Number);
            OnChanged();
            throw;
        }
        finally
        {
            Tried = true;
            _turn.Release();
        }
    }

    /// <summary>Looks whether alias or route moved, unless the model sleeps.</summary>
    public ValueTask FollowAsync(CancellationToken cancellationToken) => IsAsleep ? ValueTask.CompletedTask : RefreshAsync(cancellationToken);

    /// <summary>Takes the model out of memory.</summary>
    public async ValueTask UnloadAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            IsAsleep = true;
            Clear();
        }
        finally
        {
            _turn.Release();
        }

        Nudge();
        OnChanged();
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

    /// <summary>The version of an arm.</summary>
    protected ValueTask<ModelVersion> ResolveAsync(int? number, CancellationToken cancellationToken) => number is { } pinned
        ? Parts.Registry.ResolveAsync(Model, pinned, cancellationToken)
        : Parts.Registry.ResolveAsync($"{Model}@{Alias}", cancellationToken);

    /// <summary>Publishes a route. One whose versions cannot be loaded leaves the one before in force, with the first version of now.</summary>
    private async ValueTask ObeyAsync(Route? route, ModelVersion first, CancellationToken cancellationToken)
    {
        // A route that vanished is no order: the last one stays.
        route ??= Current;
        try
        {
            await ApplyAsync(route, first, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException && route?.Revision != Current?.Revision)
        {
            await KeepAsync(Current, cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    private async ValueTask KeepAsync(Route? before, CancellationToken cancellationToken)
    {
        try
        {
            await ApplyAsync(before, await ResolveAsync(before?.Arms[0].Number, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
        catch (MLOpsException)
        {
            // Then all stays as it is; what is told is why the new route failed.
        }
    }

    private void Wake()
    {
        IsAsleep = false;
        Nudge();
    }

    private static TaskCompletionSource NewNudge() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    protected void OnChanged() => Changed?.Invoke();

    /// <summary>The route in force; null for none.</summary>
    protected abstract Route? Current { get; }

    /// <summary>Loads, checks, warms up, records and only then publishes what does not answer already.</summary>
    protected abstract ValueTask ApplyAsync(Route? route, ModelVersion first, CancellationToken cancellationToken);

    /// <summary>Lets nothing answer any more.</summary>
    protected abstract void Clear();

    protected abstract ValueTask CloseAsync();
}
