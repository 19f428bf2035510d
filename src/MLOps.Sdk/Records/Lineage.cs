using System.Runtime.CompilerServices;
using System.Text.Json;
using MLOps.Storage;

namespace MLOps.Records;

/// <summary>
/// Where things came from and what became of them: the graph of data, runs, model versions, generations and predictions,
/// readable in both directions. Thread-safe.
/// </summary>
/// <param name="store">The records.</param>
public sealed class Lineage(IRecordStore store)
{
    /// <summary>What something came from, as a tree with it at the root. A source reached twice is expanded once.</summary>
    /// <param name="entity">Anything; something without recorded sources gives a tree of one node.</param>
    /// <param name="depth">How many steps back at most; 1 to 64.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public ValueTask<LineageNode> WhyAsync(EntityRef entity, int depth = 16, CancellationToken cancellationToken = default) =>
        WalkAsync(entity, "target", depth, cancellationToken);

    /// <summary>What came of something, as a tree with it at the root. A target reached twice is expanded once.</summary>
    /// <param name="entity">Anything.</param>
    /// <param name="depth">How many steps forward at most; 1 to 64.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public ValueTask<LineageNode> ImpactAsync(EntityRef entity, int depth = 16, CancellationToken cancellationToken = default) =>
        WalkAsync(entity, "source", depth, cancellationToken);

    private ValueTask<LineageNode> WalkAsync(EntityRef root, string side, int depth, CancellationToken cancellationToken)
    {
        if (depth is < 1 or > 64) throw new MLOpsInvalidException($"A lineage depth of {depth} was asked for; 1 to 64 steps are allowed.");
        return ExpandAsync(root, null, side, depth, [], cancellationToken);
    }

    private async ValueTask<LineageNode> ExpandAsync(
        EntityRef entity, string? relation, string side, int depth, HashSet<EntityRef> seen, CancellationToken cancellationToken)
    {
        var next = new List<LineageNode>();
        if (depth > 0 && seen.Add(entity))
        {
            await foreach (var edge in EdgesAsync(entity, side, cancellationToken).ConfigureAwait(false))
            {
                var other = side == "target" ? edge.Source : edge.Target;
                next.Add(await ExpandAsync(other, edge.Relation, side, depth - 1, seen, cancellationToken).ConfigureAwait(false));
            }
        }

        return new LineageNode(entity, relation, next);
    }

    private async IAsyncEnumerable<LineageEdge> EdgesAsync(EntityRef entity, string side, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A prediction is too many to have edges of their own: its id names its generation.
        if (side == "target" && entity.Kind == EntityRef.PredictionKind && entity.Id.Length > 18)
        {
            yield return new LineageEdge(new EntityRef(EntityRef.GenerationKind, entity.Id[2..18]), entity, "answered", default);
            yield break;
        }

        var query = new RecordQuery(LineageEdge.Collection) { Filter = Filter.Equal(side, entity.ToString()) };
        while (true)
        {
            var page = await store.QueryAsync(query, cancellationToken).ConfigureAwait(false);
            foreach (var record in page.Records)
                yield return JsonSerializer.Deserialize(record.Json.Span, RecordsJson.Default.LineageEdge)!;
            if (page.Next is null) yield break;
            query = query with { After = page.Next };
        }
    }
}
