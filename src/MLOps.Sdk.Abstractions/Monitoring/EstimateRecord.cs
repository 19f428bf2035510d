namespace MLOps.Monitoring;

/// <summary>What was estimated for a window, and what it turned out to be.</summary>
/// <param name="From">The window's first event time.</param>
/// <param name="Metric">The metric.</param>
/// <param name="Estimated">The estimate of then.</param>
/// <param name="Realised">The value over the labels that are there now.</param>
/// <param name="Width">The width of the estimate's interval.</param>
public sealed record EstimateRecord(DateTimeOffset From, string Metric, double Estimated, double Realised, double Width)
{
    /// <summary>Whether the estimate was off by more than two widths of its interval.</summary>
    public bool IsOff() => Math.Abs(Estimated - Realised) > 2 * Width;
}
