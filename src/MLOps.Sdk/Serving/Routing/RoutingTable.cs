using System.Collections.Frozen;

namespace MLOps.Serving;

/// <summary>A route with its versions loaded: immutable, replaced as a whole by one write, so that weights and versions change at one instant.</summary>
internal sealed class RoutingTable<TInput, TOutput>
{
    private readonly byte[]? _buckets;
    private readonly ulong _seed;
    private readonly FrozenDictionary<string, byte>? _pins, _tenants, _names;
    private readonly (string Header, string Value, byte Arm)[] _headers = [];
    private readonly ServedArm<TInput, TOutput>[] _arms;

    /// <param name="route">Null while the alias alone decides.</param>
    /// <param name="arms">In the route's order; one without a route.</param>
    /// <param name="shadow">Asks the shadow; null for none.</param>
    public RoutingTable(Route? route, ServedArm<TInput, TOutput>[] arms, ShadowQueue<TInput, TOutput>? shadow)
    {
        (Route, _arms, First, Shadow) = (route, arms, arms[0], shadow);
        if (route is null || (arms.Length == 1 && route.Rules.Count == 0)) return;
        _buckets = RouteBuckets.Deal(route.Arms);
        _seed = RouteBuckets.Seed(route.Salt);
        _names = route.Arms.Select((a, i) => (a.Name, i)).ToFrozenDictionary(a => a.Name, a => (byte)a.i, StringComparer.Ordinal);
        _pins = Rules(RouteRuleKind.Pin);
        _tenants = Rules(RouteRuleKind.Tenant);
        _headers = [.. route.Rules.Where(r => r.Kind == RouteRuleKind.Header).Select(r => (r.Header!, r.Value, _names[r.Arm]))];

        FrozenDictionary<string, byte>? Rules(RouteRuleKind kind)
        {
            var rules = route.Rules.Where(r => r.Kind == kind).DistinctBy(r => r.Value, StringComparer.Ordinal).ToFrozenDictionary(r => r.Value, r => _names[r.Arm], StringComparer.Ordinal);
            return rules.Count == 0 ? null : rules;
        }
    }

    public Route? Route { get; }

    public ServedArm<TInput, TOutput> First { get; }

    public IReadOnlyList<ServedArm<TInput, TOutput>> Arms => _arms;

    public ShadowQueue<TInput, TOutput>? Shadow { get; }

    /// <summary>Every generation in it, each once.</summary>
    public IEnumerable<Generation<TInput, TOutput>> Generations => _arms.Select(a => a.Generation).Concat(Shadow is null ? [] : [Shadow.Generation]).Distinct();

    /// <summary>The arms, for people.</summary>
    public IReadOnlyList<ServedArm> Describe() =>
    [
        .. _arms.Select((arm, place) => new ServedArm(
            Route?.Arms[place].Name ?? "", arm.Generation.Number, (Route?.Arms[place].Share ?? Serving.Route.Whole) / (double)Serving.Route.Whole, arm.Counter?.Tripped?.Why)),
        .. Shadow is null ? Array.Empty<ServedArm>() : [new ServedArm(Shadow.Counter.Arm, Shadow.Counter.Number, 0, Shadow.Counter.Tripped?.Why)],
    ];

    /// <summary>Which arm answers. <see cref="Choice{TInput,TOutput}.Leave"/> it in the end.</summary>
    public Choice<TInput, TOutput> Choose(in PredictOptions options)
    {
        if (_buckets is null) return new(First, First.Why(options.Key is null ? RouteReason.Random : RouteReason.Hash), false);
        var (place, reason) = Find(in options);
        if (place == 0) return new(First, First.Why(reason), false);
        var arm = _arms[place];
        if (arm.Counter!.TryEnter()) return new(arm, arm.Why(reason), true);
        arm.Counter.Diverted();
        return new(First, First.Why(RouteReason.Diverted), false);
    }

    private (int Place, RouteReason Reason) Find(in PredictOptions options)
    {
        if (options.Arm is { } asked && _names!.TryGetValue(asked, out var named)) return (named, RouteReason.Asked);
        if (_pins is not null && options.Key is { } key && _pins.TryGetValue(key, out var pinned)) return (pinned, RouteReason.Pin);
        if (_headers.Length > 0 && options.Header is { } header)
        {
            foreach (var rule in _headers)
                if (header(rule.Header) == rule.Value) return (rule.Arm, RouteReason.Header);
        }

        if (_tenants is not null && options.Tenant is { } tenant && _tenants.TryGetValue(tenant, out var rented)) return (rented, RouteReason.Tenant);
        return options.Key is { } sticky
            ? (_buckets![RouteBuckets.Of(sticky, _seed)], RouteReason.Hash)
            : (_buckets![Random.Shared.Next(Serving.Route.Whole)], RouteReason.Random);
    }
}
