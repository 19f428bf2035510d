namespace MLOps.Statistics;

/// <summary>An estimate and the range that holds the true value with a stated confidence.</summary>
/// <param name="Estimate">The value computed from the sample; NaN when there was nothing to compute it from.</param>
/// <param name="Lower">The lower limit.</param>
/// <param name="Upper">The upper limit.</param>
/// <param name="Confidence">How often, of many samples, the range holds the true value: 0.95 is 95 %.</param>
public readonly record struct Interval(double Estimate, double Lower, double Upper, double Confidence)
{
    /// <summary>Whether a value lies in the range, limits included. False when a limit is NaN.</summary>
    public bool Contains(double value) => value >= Lower && value <= Upper;

    internal static Interval Unknown(double confidence) => new(double.NaN, double.NaN, double.NaN, confidence);
}
