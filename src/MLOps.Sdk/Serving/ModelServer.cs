namespace MLOps.Serving;

/// <inheritdoc cref="IModelServer"/>
internal sealed class ModelServer : IModelServer, IAsyncDisposable, IDisposable
{
    private readonly ServingParts _parts;
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, (ServedModelDeclaration Declaration, ServedSlot Slot, object Predictor)> _models = new(StringComparer.Ordinal);
    private readonly MemoryBudget _memory;
    private Task? _following;
    private bool _closed;

    public ModelServer(IEnumerable<ServedModelDeclaration> declarations, ServingParts parts)
    {
        _parts = parts;
        foreach (var declaration in declarations)
        {
            var (slot, predictor) = declaration.Open(parts, this);
            _models[declaration.Model] = (declaration, slot, predictor);
        }

        _memory = new([.. _models.Values.Select(m => m.Slot)], parts.Options.MemoryBytes);
    }

    public IReadOnlyList<ServedModel> Served => [.. _models.Values.Select(m => m.Slot.Status)];

    public async ValueTask<IPredictor<TInput, TOutput>> GetAsync<TInput, TOutput>(string model, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        cancellationToken.ThrowIfCancellationRequested();
        var predictor = Find<TInput, TOutput>(model);
        var slot = Slot(model);
        if (!slot.IsLoaded) await LoadIfThereAsync(slot, cancellationToken).ConfigureAwait(false);
        Follow();
        return predictor;
    }

    public ValueTask RefreshAsync(string model, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        return LoadWithRoomAsync(Slot(model), cancellationToken);
    }

    public ValueTask UnloadAsync(string model, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        return Slot(model).UnloadAsync(cancellationToken);
    }

    /// <summary>The predictor, loaded or not.</summary>
    public IPredictor<TInput, TOutput> Find<TInput, TOutput>(string model)
    {
        Slot(model);
        var (declaration, _, predictor) = _models[model];
        return predictor as IPredictor<TInput, TOutput> ?? throw new MLOpsInvalidException(
            $"'{model}' is declared with AddModel{declaration.Types} and cannot be used as <{typeof(TInput).Name}, {typeof(TOutput).Name}>.");
    }

    /// <summary>Loads every declared model whose alias exists, then follows the aliases. One that cannot be loaded is logged and tried again.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var slot in _models.Values.Select(m => m.Slot).Where(s => !s.IsAsleep))
        {
            try
            {
                await LoadIfThereAsync(slot, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // Logged where it failed; one bad model must not keep the others, or the host, from starting.
            }
        }

        Follow();
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_closed) return;
            _closed = true;
        }

        await _closing.CancelAsync().ConfigureAwait(false);
        if (_following is { } following) await following.ConfigureAwait(false);
        foreach (var (_, slot, _) in _models.Values) await slot.DisposeAsync().ConfigureAwait(false);
        _memory.Dispose();
        _closing.Dispose();
    }

    // For providers that are disposed the old way.
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private ServedSlot Slot(string model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return _models.TryGetValue(model, out var found) ? found.Slot : throw new MLOpsNotFoundException(
            $"No model '{Name.Shown(model)}' is declared in this process; {(_models.Count == 0 ? "none is" : "declared are " + string.Join(", ", _models.Keys))}. Declare it with AddModel<TInput, TOutput>(\"{Name.Shown(model)}\").");
    }

    /// <summary>Loads a model, or looks whether its alias or route moved.</summary>
    public async ValueTask LoadAsync(ServedSlot slot, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        await slot.RefreshAsync(cancellationToken).ConfigureAwait(false);
        Follow();
    }

    /// <summary>Takes other models out of memory when a loaded one is too much.</summary>
    public ValueTask MakeRoomAsync(ServedSlot loaded, CancellationToken cancellationToken) => _memory.MakeRoomAsync(loaded, cancellationToken);

    private async ValueTask LoadWithRoomAsync(ServedSlot slot, CancellationToken cancellationToken)
    {
        await LoadAsync(slot, cancellationToken).ConfigureAwait(false);
        await MakeRoomAsync(slot, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask LoadIfThereAsync(ServedSlot slot, CancellationToken cancellationToken)
    {
        try
        {
            await LoadWithRoomAsync(slot, cancellationToken).ConfigureAwait(false);
        }
        catch (MLOpsNotFoundException)
        {
            // No alias yet: following it will load the model.
        }
    }

    /// <summary>Begins to follow the aliases, once.</summary>
    private void Follow()
    {
        lock (_gate)
        {
            if (_closed || _following is not null) return;
            var closing = _closing.Token;
            List<ServedSlot> slots = [.. _models.Values.Select(m => m.Slot)];
            _following = Task.WhenAll(
            [
                .. slots.Select(s => Task.Run(() => new AliasFollower(s, _parts.Registry, _parts.Time, _parts.Logger).RunAsync(closing), CancellationToken.None)),
                Task.Run(() => new RouteFollower(slots, _parts.Routes, _parts.Time, _parts.Logger).RunAsync(closing), CancellationToken.None),
                Task.Run(() => new ServerReports(slots, _parts.Routes, _parts.Time, _parts.Logger).RunAsync(closing), CancellationToken.None),
            ]);
        }
    }
}
