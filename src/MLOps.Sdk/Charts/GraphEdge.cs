namespace MLOps.Charts;

/// <summary>An arrow of a <see cref="GraphChart"/>.</summary>
/// <param name="From">The id of the box where it begins.</param>
/// <param name="To">The id of the box where it ends.</param>
/// <param name="Label">What it means: shown when pointed at; null for none.</param>
public sealed record GraphEdge(string From, string To, string? Label = null);
