namespace MLOps.Delivery;

/// <summary>A metric over a part of the rows, with its interval.</summary>
/// <param name="Slice">The part: <c>weather = rain</c>; empty for all rows.</param>
/// <param name="Metric">The metric's name.</param>
/// <param name="Value">Its value.</param>
/// <param name="Lower">The interval's lower end.</param>
/// <param name="Upper">The interval's upper end.</param>
/// <param name="Rows">How many rows.</param>
public sealed record SliceMetric(string Slice, string Metric, double Value, double Lower, double Upper, long Rows);
