namespace MLOps.Charts;

/// <summary>A box of a <see cref="GraphChart"/>.</summary>
/// <param name="Id">Names it in edges; unique in the chart.</param>
/// <param name="Label">What stands in it.</param>
/// <param name="Kind">What it is, in a word: boxes of one kind have one colour, and the legend says which.</param>
/// <param name="Note">A fainter second line; null for none.</param>
/// <param name="IsMarked">Drawn with a strong border: the one that the picture is about.</param>
public sealed record GraphNode(string Id, string Label, string Kind, string? Note = null, bool IsMarked = false);
