using System.Runtime.CompilerServices;
using MLOps.Storage;

namespace MLOps.Records;

/// <summary>
/// Where things came from and what became of them: the graph of data, runs, model versions, generations and predictions,
/// readable in both directions. Thread-safe.
/// </summary>
/// <param name="store">The records.</param>
public sealed class Lineage(IRecordStore store)
{
    /// <summary>What something came from, as a tree with it at the root. A source reached twice is expanded once, where it is nearest.</summary>
    /// <param name="entity">Anything; something without recorded sources gives a tree of one node.</param>
    /// <param name="depth">How many steps back at most; 1 to 64.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public ValueTask<LineageNode> WhyAsync(EntityRef entity, int depth = 16, CancellationToken cancellationToken = default) =>
        WalkAsync(entity, "target", depth, cancellationToken);

    /// <summary>What came of something, as a tree with it at the root. A target reached twice is expanded once, where it is nearest.</summary>
    /// <param name="entity">Anything.</param>
    /// <param name="depth">How many steps forward at most; 1 to 64.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public ValueTask<LineageNode> ImpactAsync(EntityRef entity, int depth = 16, CancellationToken cancellationToken = default) =>
        WalkAsync(entity, "source", depth, cancellationToken);

    private ValueTask<LineageNode> WalkAsync(EntityRef root, string side, int depth, CancellationToken cancellationToken)
    {
        if (depth is < 1 or > 64) throw new MLOpsInvalidException($"A lineage depth of {depth} was asked for; 1 to 64 steps are allowed.");
        return ExpandAsync(root, side, depth, cancellationToken);
    }

    // Level by level, so that what can be reached in several ways is expanded on the shortest, where the most of its steps are left.
    private async ValueTask<LineageNode> ExpandAsync(EntityRef root, string side, int depth, CancellationToken cancellationToken)
    {
        var seen = new HashSet<EntityRef>();
        var rootNext = new List<LineageNode>();
        List<(EntityRef Entity, List<LineageNode> Next)> level = [(root, rootNext)];
        for (; depth > 0 && level.Count > 0; depth--)
        {
            List<(EntityRef Entity, List<LineageNode> Next)> below = [];
            foreach (var (entity, next) in level)
            {
                if (!seen.Add(entity)) continue;
                await foreach (var edge in EdgesAsync(entity, side, cancellationToken).ConfigureAwait(false))
                {
                    var other = side == "target" ? edge.Source : edge.Target;
                    var otherNext = new List<LineageNode>();
                    next.Add(new LineageNode(other, edge.Relation, otherNext));
                    below.Add((other, otherNext));
                }
            }

            level = below;
        }

        return new LineageNode(root, null, rootNext);
    }

    private async IAsyncEnumerable<LineageEdge> EdgesAsync(EntityRef entity, string side, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A prediction is too many to have edges of their own: its id names its generation.
        if (side == "target" && entity.Kind == EntityRef.PredictionKind && entity.Id.Length > 18)
        {
            yield return new LineageEdge(new EntityRef(EntityRef.GenerationKind, entity.Id[2..18]), entity, "answered", default);
            yield break;
        }

        await foreach (var edge in LineageEdge.In(store).QueryAsync(Filter.Equal(side, entity.ToString()), cancellationToken: cancellationToken).ConfigureAwait(false))
            yield return edge.Value;
    }
}
