namespace MLOps.Monitoring;

/// <summary>A part of the window's rows that stands out.</summary>
/// <param name="Where">What its rows have in common: <c>weather = rain</c>, or <c>weather = rain and working day = no</c>.</param>
/// <param name="Rows">How many rows of the window.</param>
/// <param name="What">The column that moved in it, or the metric that is worse in it.</param>
/// <param name="Effect">How far: a Jensen-Shannon distance of the column, or how many times the window's loss its loss is.</param>
/// <param name="AdjustedPValue">Corrected over all segments that were looked at (Benjamini-Hochberg).</param>
/// <param name="Explanation">In words.</param>
public sealed record SegmentDrift(string Where, long Rows, string What, double Effect, double AdjustedPValue, string Explanation);
