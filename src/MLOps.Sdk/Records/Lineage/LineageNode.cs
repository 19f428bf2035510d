namespace MLOps.Records;

/// <summary>A node of a lineage tree.</summary>
/// <param name="Entity">What it is.</param>
/// <param name="Relation">How it belongs to the node above: <c>trained on</c>; null at the root.</param>
/// <param name="Next">The nodes one step further, in order of time.</param>
public sealed record LineageNode(EntityRef Entity, string? Relation, IReadOnlyList<LineageNode> Next)
{
    /// <summary>When the step from the node above was recorded; null at the root and for a prediction, which has no record of its own.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>At the root: true when there were more than <see cref="Lineage.MaxEdges"/> edges, so that some are missing.</summary>
    public bool IsCut { get; init; }
}
