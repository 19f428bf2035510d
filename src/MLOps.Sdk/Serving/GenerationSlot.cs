using Microsoft.Extensions.Logging;
using MLOps.Models;
using MLOps.Predictions;

namespace MLOps.Serving;

/// <summary>Holds the generation of a model that answers, and replaces it while calls go on.</summary>
internal sealed class GenerationSlot<TInput, TOutput>(
    ServedModelDeclaration<TInput, TOutput> declaration, IModelRegistry registry, PredictionLog log, TimeProvider time, ILogger logger)
    : ServedSlot(declaration.Model, declaration.Options.Alias, registry, logger)
{
    private static readonly TimeSpan s_closing = TimeSpan.FromSeconds(30);

    private readonly HashSet<Generation<TInput, TOutput>> _draining = [];
    private Generation<TInput, TOutput>? _current;
    private volatile bool _closed;

    public override bool IsLoaded => Volatile.Read(ref _current) is not null;

    public override int Number => Volatile.Read(ref _current)?.Number ?? 0;

    public override ServedModel Status
    {
        get
        {
            var current = Volatile.Read(ref _current);
            return new ServedModel
            {
                Model = Model,
                Alias = Alias,
                Number = current?.Number,
                Generation = current is null ? null : ServedGeneration.ToId(current.Id),
                LoadedAt = current?.LoadedAt,
                Draining = Draining,
                LastError = LastError,
            };
        }
    }

    /// <summary>Takes hold of the generation that answers now.</summary>
    /// <exception cref="MLOpsNotFoundException">No version is loaded; the message says why.</exception>
    public GenerationLease<TInput, TOutput> Acquire()
    {
        while (true)
        {
            var current = Volatile.Read(ref _current) ?? throw Unloaded();
            // One that was retired between the two lines has a successor by now.
            if (current.TryAcquire(out var lease)) return lease;
        }
    }

    protected override bool Answers(ModelVersion version) => Volatile.Read(ref _current) is { } current && current.Number == version.Number && current.Version.Digest == version.Digest;

    protected override async ValueTask LoadAsync(ModelVersion version, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_closed, typeof(ModelServer));
        var loaded = await LoadVerifiedAsync(version, cancellationToken).ConfigureAwait(false);
        Generation<TInput, TOutput> next;
        try
        {
            if (loaded is not IModel<TInput, TOutput> model)
                throw new MLOpsInvalidException(
                    $"{version} was loaded as '{loaded.GetType()}', which is no IModel<{typeof(TInput).Name}, {typeof(TOutput).Name}>, but '{Model}' is declared with AddModel<{typeof(TInput).Name}, {typeof(TOutput).Name}>. Declare it with the model's own types.");
            WarmUp(model, version, cancellationToken);
            var record = await log.OpenGenerationAsync(version, Alias, cancellationToken).ConfigureAwait(false);
            next = new(record.ToNumber(), version, model, record.LoadedAt, DisposedAsync);
        }
        catch
        {
            await ModelDisposal.DisposeAsync(loaded).ConfigureAwait(false);
            throw;
        }

        Replace(next);
        ServingTelemetry.Swapped(Model);
        ServingMessages.Published(Logger, Model, version.ToString(), ServedGeneration.ToId(next.Id));
    }

    protected override async ValueTask CloseAsync()
    {
        _closed = true;
        Replace(null);
        Task[] disposals;
        lock (_draining) disposals = [.. _draining.Select(g => g.Disposal)];
        try
        {
            await Task.WhenAll(disposals).WaitAsync(s_closing, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Rather left to its caller than disposed under it.
            ServingMessages.ClosedWithCalls(Logger, Draining, Model);
        }
    }

    private int Draining
    {
        get
        {
            lock (_draining) return _draining.Count;
        }
    }

    private async ValueTask<object> LoadVerifiedAsync(ModelVersion version, CancellationToken cancellationToken)
    {
        try
        {
            return await Registry.LoadAsync(version, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not MLOpsException && !(e is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            // A cancellation that nobody asked for, such as a loader's own time limit, is a failure like any other.
            throw new MLOpsInvalidException($"{version} could not be loaded: {e.Message}", e);
        }
    }

    private void WarmUp(IModel<TInput, TOutput> model, ModelVersion version, CancellationToken cancellationToken)
    {
        for (var row = 0; row < declaration.Options.WarmUp.Count; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                model.Predict(declaration.Options.WarmUp[row]);
            }
            catch (Exception e)
            {
                throw new MLOpsInvalidException($"{version} is not published: it threw on warm-up row {row}: {e.Message}", e);
            }
        }
    }

    private void Replace(Generation<TInput, TOutput>? next)
    {
        var old = Interlocked.Exchange(ref _current, next);
        if (old is null) return;
        lock (_draining) _draining.Add(old);
        old.Retire();
    }

    private async Task DisposedAsync(Generation<TInput, TOutput> generation, Exception? failure)
    {
        try
        {
            await log.CloseGenerationAsync(generation.Id, generation.Count).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Only how many it made is lost by it, and nobody waits for that.
            ServingMessages.CloseFailed(Logger, e, ServedGeneration.ToId(generation.Id));
        }

        lock (_draining) _draining.Remove(generation);
        if (failure is not null) ServingMessages.DisposalFailed(Logger, failure, generation.Version.ToString());
    }

    private Exception Unloaded()
    {
        if (_closed) return new ObjectDisposedException(nameof(ModelServer));
        if (!Tried)
            return new MLOpsNotFoundException(
                $"No version of '{Model}' is loaded: the host has not started. Start it first, or call PredictAsync or IModelServer.GetAsync, which load the version that '{Alias}' points to.");
        return new MLOpsNotFoundException(LastError is { } error
            ? $"No version of '{Model}' is loaded: {error}"
            : $"No version of '{Model}' is loaded: its alias '{Alias}' does not exist yet. Set it with IModelRegistry.SetAliasAsync.");
    }
}
