namespace MLOps.Charts;

/// <summary>An event on the x-axis: a vertical line with a label.</summary>
/// <param name="X">Where: in the unit of the x-axis (milliseconds since 1970 UTC in a chart over time).</param>
/// <param name="Label">What happened, in a few words.</param>
public sealed record ChartMarker(double X, string Label)
{
    /// <summary>An event in time.</summary>
    public static ChartMarker At(DateTimeOffset time, string label) => new(time.ToUnixTimeMilliseconds(), label);
}
