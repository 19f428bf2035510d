namespace MLOps.Monitoring;

/// <summary>How the share of one bin or category moved.</summary>
/// <param name="Cell">The category, or the bin: <c>3 to 5.5</c>.</param>
/// <param name="Before">Its share of the baseline's values, 0..1.</param>
/// <param name="After">Its share of the window's values, 0..1.</param>
public sealed record ShareMove(string Cell, double Before, double After);
