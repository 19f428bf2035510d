namespace MLOps.Records;

/// <summary>A part of the lineage of a store, around one thing.</summary>
/// <param name="Root">What was asked for.</param>
/// <param name="Edges">The edges, in order of the time at which they were recorded.</param>
/// <param name="IsCut">True when there were more than <see cref="Lineage.MaxEdges"/> edges, so that some are missing: ask with a smaller depth, or nearer to the point.</param>
public sealed record LineageGraph(EntityRef Root, IReadOnlyList<LineageEdge> Edges, bool IsCut)
{
    /// <summary>Everything in it: the root first, then in the order in which the edges name it.</summary>
    public IReadOnlyList<EntityRef> Entities() => [.. Edges.SelectMany(e => new[] { e.Source, e.Target }).Prepend(Root).Distinct()];

    /// <summary>Everything of one kind in it: of the impact of a dataset version, the deployments that used it.</summary>
    /// <param name="kind">A kind, <see cref="EntityRef.DeploymentKind"/> for instance.</param>
    public IReadOnlyList<EntityRef> OfKind(string kind) => [.. Entities().Where(e => e.Kind == kind)];

    /// <summary>The graph as a tree with the root at its top; what can be reached in several ways is expanded once, where it is nearest.</summary>
    /// <param name="direction"><see cref="LineageDirection.Upstream"/> or <see cref="LineageDirection.Downstream"/>.</param>
    /// <exception cref="MLOpsInvalidException">Both were asked for: that is no tree.</exception>
    public LineageNode ToTree(LineageDirection direction)
    {
        if (direction is LineageDirection.Both) throw new MLOpsInvalidException("A lineage tree goes upstream or downstream; both together are a graph.");
        var upstream = direction is LineageDirection.Upstream;
        var next = Edges.ToLookup(e => upstream ? e.Target : e.Source);
        var seen = new HashSet<EntityRef> { Root };
        var rootNext = new List<LineageNode>();
        List<(EntityRef Entity, List<LineageNode> Next)> level = [(Root, rootNext)];
        while (level.Count > 0)
        {
            List<(EntityRef Entity, List<LineageNode> Next)> below = [];
            foreach (var (entity, steps) in level)
            {
                foreach (var edge in next[entity])
                {
                    var other = upstream ? edge.Source : edge.Target;
                    var otherNext = new List<LineageNode>();
                    steps.Add(new LineageNode(other, edge.Relation, otherNext) { At = edge.At == default ? null : edge.At });
                    if (seen.Add(other)) below.Add((other, otherNext));
                }
            }

            level = below;
        }

        return new LineageNode(Root, null, rootNext) { IsCut = IsCut };
    }
}
