using MLOps.Models;
using MLOps.Predictions;

namespace MLOps.Serving;

/// <summary>Holds the routing table of a model: the generations that answer. Replaces it while calls go on.</summary>
internal sealed class GenerationSlot<TInput, TOutput>(ServedModelDeclaration<TInput, TOutput> declaration, Func<TOutput, double>? score, ServingParts parts)
    : ServedSlot(declaration.Model, declaration.Options.Alias, declaration.Options.Lazy, parts)
{
    private static readonly TimeSpan s_closing = TimeSpan.FromSeconds(30);

    private readonly HashSet<Generation<TInput, TOutput>> _draining = [];
    private readonly ArmCounters _counters = new(declaration.Model, declaration.Options.Alias, parts.Time);
    private readonly GenerationLoader<TInput, TOutput> _loader = new(declaration, score, parts);
    private RoutingTable<TInput, TOutput>? _table;
    private volatile bool _closed;

    public override bool IsLoaded => Volatile.Read(ref _table) is not null;

    public override int Number => Volatile.Read(ref _table)?.First.Generation.Number ?? 0;

    public override long Revision => Current?.Revision ?? 0;

    public override IReadOnlyList<TrippedArm> Tripped => _counters.Tripped(Revision);

    public override ServedModel Status
    {
        get
        {
            var table = Volatile.Read(ref _table);
            var first = table?.First.Generation;
            return new ServedModel
            {
                Model = Model,
                Alias = Alias,
                Number = first?.Number,
                Generation = first is null ? null : ServedGeneration.ToId(first.Id),
                LoadedAt = first?.LoadedAt,
                Arms = table?.Describe() ?? [],
                MemoryBytes = MemoryBytes,
                Usage = first?.Describe() ?? new(0, 0, null, null),
                Draining = Draining,
                LastError = LastError,
            };
        }
    }

    public override long MemoryBytes => Volatile.Read(ref _table)?.Generations.Sum(g => Math.Max(0, declaration.Options.Memory?.Invoke(g.Version) ?? g.Version.Files.Sum(f => f.Length))) ?? 0;

    public override (ulong Generation, ulong Asked) Used => Volatile.Read(ref _table)?.First.Generation is { } first ? (first.Id, first.Count) : default;

    protected override Route? Current => Volatile.Read(ref _table)?.Route;

    public override IReadOnlyList<ArmCounts> ReadCounts(string instance) => _counters.Read(instance);

    /// <summary>Takes hold of the generation that answers a request now.</summary>
    /// <exception cref="MLOpsNotFoundException">No version is loaded; the message says why.</exception>
    public RoutedLease<TInput, TOutput> Acquire(in PredictOptions options) => TryAcquire(in options, out var lease) ? lease : throw Unloaded();

    /// <summary>Likewise; false when no version is loaded.</summary>
    public bool TryAcquire(in PredictOptions options, out RoutedLease<TInput, TOutput> lease)
    {
        while (Volatile.Read(ref _table) is { } table)
        {
            var choice = table.Choose(in options);
            if (choice.Arm.Generation.TryAcquire(out var held))
            {
                lease = new(held, choice, table);
                return true;
            }

            // One that was retired between the two lines has a successor by now.
            choice.Leave();
        }

        lease = default;
        return false;
    }

    /// <summary>Takes hold of what a request was routed to before it waited; routes it anew when the table was replaced meanwhile.</summary>
    public RoutedLease<TInput, TOutput> AcquireAgain(in RoutedLease<TInput, TOutput> before, in PredictOptions options) =>
        ReferenceEquals(before.Table, Volatile.Read(ref _table)) && before.Counter?.Tripped is null && before.Generation.TryAcquire(out var lease)
            ? before.Renewed(lease)
            : Acquire(in options);

    protected override async ValueTask ApplyAsync(Route? route, ModelVersion first, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_closed, typeof(ModelServer));
        var before = Volatile.Read(ref _table);
        if (before is not null && before.Route?.Revision == route?.Revision && Answers(before.First.Generation, first)) return;

        var loaded = new List<Generation<TInput, TOutput>>();
        RoutingTable<TInput, TOutput> next;
        try
        {
            var arms = new List<ServedArm<TInput, TOutput>> { Arm(await GenerationAsync(first).ConfigureAwait(false), 0) };
            for (var place = 1; place < (route?.Arms.Count ?? 1); place++) arms.Add(Arm(await NumberAsync(route!.Arms[place].Number!.Value).ConfigureAwait(false), place));
            next = new(route, [.. arms], route?.Shadow is { } shadow ? Shadow(shadow, await NumberAsync(shadow.Number).ConfigureAwait(false)) : null);
        }
        catch
        {
            foreach (var generation in loaded) generation.Retire();
            throw;
        }

        Replace(next);
        ServingTelemetry.Swapped(Model);
        foreach (var generation in loaded) ServingMessages.Published(Parts.Logger, Model, generation.Version.ToString(), ServedGeneration.ToId(generation.Id));
        OnChanged();

        async ValueTask<Generation<TInput, TOutput>> NumberAsync(int number) =>
            before?.Generations.FirstOrDefault(g => g.Number == number)
            ?? loaded.Find(g => g.Number == number)
            ?? await GenerationAsync(await ResolveAsync(number, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);

        async ValueTask<Generation<TInput, TOutput>> GenerationAsync(ModelVersion version)
        {
            if (before?.Generations.FirstOrDefault(g => Answers(g, version)) is { } known) return known;
            if (loaded.Find(g => Answers(g, version)) is { } same) return same;
            var generation = await _loader.LoadAsync(version, DisposedAsync, cancellationToken).ConfigureAwait(false);
            loaded.Add(generation);
            return generation;
        }

        ServedArm<TInput, TOutput> Arm(Generation<TInput, TOutput> generation, int place)
        {
            // One arm that follows the alias is what there would be without a route: nothing to count.
            if (route is null || (route is { Arms: [{ Number: null }], Shadow: null } && route.Rules.Count == 0)) return new(generation, null, null);
            var arm = route.Arms[place];
            return new(generation, _counters.Get(route, arm.Name, generation.Number, false), ArmReasons.Of(route.Revision, arm));
        }

        ShadowQueue<TInput, TOutput> Shadow(RouteShadow shadow, Generation<TInput, TOutput> generation) =>
            before?.Shadow is { } asking && before.Route?.Revision == route!.Revision && ReferenceEquals(asking.Generation, generation)
                ? asking
                : new(shadow, generation, _counters.Get(route!, shadow.Name, generation.Number, true), score, Parts.Time);
    }

    protected override void Clear() => Replace(null);

    protected override async ValueTask CloseAsync()
    {
        _closed = true;
        Replace(null);
        Task[] disposals;
        lock (_draining) disposals = [.. _draining.Select(g => g.Disposal)];
        try
        {
            await Task.WhenAll(disposals).WaitAsync(s_closing, Parts.Time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Rather left to its caller than disposed under it.
            ServingMessages.ClosedWithCalls(Parts.Logger, Draining, Model);
        }
    }

    private int Draining
    {
        get
        {
            lock (_draining) return _draining.Count;
        }
    }

    private static bool Answers(Generation<TInput, TOutput> generation, ModelVersion version) => generation.Number == version.Number && generation.Version.Digest == version.Digest;

    private void Replace(RoutingTable<TInput, TOutput>? next)
    {
        var old = Interlocked.Exchange(ref _table, next);
        if (old is null) return;
        if (old.Shadow is { } asking && !ReferenceEquals(asking, next?.Shadow)) asking.Dispose();
        foreach (var generation in next is null ? old.Generations : old.Generations.Except(next.Generations))
        {
            lock (_draining) _draining.Add(generation);
            generation.Retire();
        }
    }

    private async Task DisposedAsync(Generation<TInput, TOutput> generation, Exception? failure)
    {
        try
        {
            await Parts.Log.CloseGenerationAsync(generation.Id, generation.Count).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Only how many it made is lost by it, and nobody waits for that.
            ServingMessages.CloseFailed(Parts.Logger, e, ServedGeneration.ToId(generation.Id));
        }

        lock (_draining) _draining.Remove(generation);
        if (failure is not null) ServingMessages.DisposalFailed(Parts.Logger, failure, generation.Version.ToString());
    }

    private Exception Unloaded()
    {
        if (_closed) return new ObjectDisposedException(nameof(ModelServer));
        if (IsAsleep) return new MLOpsNotFoundException($"'{Model}' is not in memory now: it is loaded when it is asked with PredictAsync or PredictBatchAsync, or by IModelServer.GetAsync or RefreshAsync.");
        if (!Tried)
            return new MLOpsNotFoundException(
                $"No version of '{Model}' is loaded: the host has not started. Start it first, or call PredictAsync or IModelServer.GetAsync, which load the version that '{Alias}' points to.");
        return new MLOpsNotFoundException(LastError is { } error
            ? $"No version of '{Model}' is loaded: {error}"
            : $"No version of '{Model}' is loaded: its alias '{Alias}' does not exist yet. Set it with IModelRegistry.SetAliasAsync.");
    }
}
