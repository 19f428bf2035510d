namespace MLOps.Charts;

/// <summary>A shaded stretch of the x-axis, from one place to another.</summary>
/// <param name="From">Its start, in the unit of the x-axis (milliseconds since 1970 UTC in a chart over time).</param>
/// <param name="To">Its end.</param>
/// <param name="Label">What the stretch is, in a few words.</param>
public sealed record ChartBand(double From, double To, string Label)
{
    /// <summary>A stretch of time.</summary>
    public static ChartBand Between(DateTimeOffset from, DateTimeOffset to, string label) => new(from.ToUnixTimeMilliseconds(), to.ToUnixTimeMilliseconds(), label);
}
