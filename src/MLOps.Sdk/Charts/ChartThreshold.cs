namespace MLOps.Charts;

/// <summary>A level on the value axis that means something: a dashed line across the chart.</summary>
/// <param name="Value">The level.</param>
/// <param name="Label">Its meaning, in a few words.</param>
public sealed record ChartThreshold(double Value, string Label);
