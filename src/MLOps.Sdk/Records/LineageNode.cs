namespace MLOps.Records;

/// <summary>A node of a lineage tree.</summary>
/// <param name="Entity">What it is.</param>
/// <param name="Relation">How it belongs to the node above: <c>trained on</c>; null at the root.</param>
/// <param name="Next">The nodes one step further.</param>
public sealed record LineageNode(EntityRef Entity, string? Relation, IReadOnlyList<LineageNode> Next);
