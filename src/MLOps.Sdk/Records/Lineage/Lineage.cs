using MLOps.Storage;

namespace MLOps.Records;

/// <summary>
/// Where things came from and what became of them: the graph of data, runs, model versions, deployments, generations and
/// predictions, readable in both directions. Thread-safe.
/// </summary>
/// <remarks>
/// A walk asks the store once per step for the whole frontier, not once per node, and follows at most
/// <see cref="MaxEdges"/> edges. Neighbours come in the order of time in which they were recorded.
/// </remarks>
/// <param name="store">The records.</param>
public sealed class Lineage(IRecordStore store)
{
    /// <summary>The most edges that one walk follows; an answer that holds so many says that it was cut.</summary>
    public const int MaxEdges = 20_000;

    // Of so many values a filter is answered fastest per value: a database's driver takes longer and longer to bind more.
    private const int Frontier = 100;

    private readonly RecordCollection<LineageEdge> _edges = LineageEdge.In(store);

    /// <summary>What something came from, as a tree with it at the root. A source reached twice is expanded once, where it is nearest.</summary>
    /// <param name="entity">Anything; something without recorded sources gives a tree of one node.</param>
    /// <param name="depth">How many steps back at most; 1 to 64.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask<LineageNode> WhyAsync(EntityRef entity, int depth = 16, CancellationToken cancellationToken = default) =>
        (await GraphAsync(entity, LineageDirection.Upstream, depth, cancellationToken).ConfigureAwait(false)).ToTree(LineageDirection.Upstream);

    /// <summary>What came of something, as a tree with it at the root. A target reached twice is expanded once, where it is nearest.</summary>
    /// <param name="entity">Anything.</param>
    /// <param name="depth">How many steps forward at most; 1 to 64.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask<LineageNode> ImpactAsync(EntityRef entity, int depth = 16, CancellationToken cancellationToken = default) =>
        (await GraphAsync(entity, LineageDirection.Downstream, depth, cancellationToken).ConfigureAwait(false)).ToTree(LineageDirection.Downstream);

    /// <summary>The part of the graph that lies behind something, before it, or both.</summary>
    /// <param name="entity">Anything.</param>
    /// <param name="direction">Which part; <see cref="LineageDirection.Both"/> gives its sources and what came of it, not the siblings of either.</param>
    /// <param name="depth">How many steps at most in each direction; 1 to 64.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask<LineageGraph> GraphAsync(
        EntityRef entity, LineageDirection direction = LineageDirection.Both, int depth = 16, CancellationToken cancellationToken = default)
    {
        if (depth is < 1 or > 64) throw new MLOpsInvalidException($"A lineage depth of {depth} was asked for; 1 to 64 steps are allowed.");
        var edges = new Dictionary<(EntityRef, EntityRef, string), LineageEdge>();
        var cut = false;
        if (direction is not LineageDirection.Downstream) cut |= await WalkAsync(entity, upstream: true, depth, edges, cancellationToken).ConfigureAwait(false);
        if (direction is not LineageDirection.Upstream) cut |= await WalkAsync(entity, upstream: false, depth, edges, cancellationToken).ConfigureAwait(false);
        return new(entity, [.. edges.Values.Order(LineageEdge.ByTime)], cut);
    }

    /// <summary>Level by level, so that what can be reached in several ways is expanded on the shortest, where the most of its steps are left. True when it was cut.</summary>
    private async ValueTask<bool> WalkAsync(
        EntityRef root, bool upstream, int depth, Dictionary<(EntityRef, EntityRef, string), LineageEdge> edges, CancellationToken cancellationToken)
    {
        var seen = new HashSet<EntityRef> { root };
        List<EntityRef> level = [root];
        for (; depth > 0 && level.Count > 0; depth--)
        {
            List<EntityRef> below = [];
            // A prediction is too many to have edges of their own: its id names its generation.
            foreach (var prediction in level.Where(e => upstream && LineageEdge.OfPrediction(e) is not null)) Follow(LineageEdge.OfPrediction(prediction)!);
            foreach (var chunk in level.Chunk(Frontier))
            {
                var side = upstream ? "target" : "source";
                // In the order of the field that the condition is on, a store walks one stretch of one index, however many edges a node has.
                var found = _edges.QueryAsync(Filter.In(side, Values(chunk)), side, pageSize: 2000, cancellationToken: cancellationToken);
                await foreach (var edge in found.ConfigureAwait(false))
                {
                    Follow(edge.Value);
                    if (edges.Count >= MaxEdges) return true;
                }
            }

            level = below;

            void Follow(LineageEdge edge)
            {
                edges.TryAdd((edge.Source, edge.Target, edge.Relation), edge);
                var other = upstream ? edge.Source : edge.Target;
                if (seen.Add(other)) below.Add(other);
            }
        }

        return false;
    }

    /// <summary>Filled up with the last value to one of three lengths, so that a database sees three statements and keeps them prepared.</summary>
    private static FieldValue[] Values(EntityRef[] chunk)
    {
        var length = chunk.Length switch { 1 => 1, <= 10 => 10, _ => Frontier };
        return [.. Enumerable.Range(0, length).Select(i => FieldValue.Of(chunk[Math.Min(i, chunk.Length - 1)].ToString()))];
    }
}
