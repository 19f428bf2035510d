namespace MLOps.Statistics;

/// <summary>Intervals for shares, and for the difference of two.</summary>
/// <example><code>
/// Interval share = Proportion.Wilson(successes: 8, count: 10);                       // 0.8, 0.490..0.943
/// Interval difference = Proportion.Difference(56, 70, 48, 80);                       // 0.2, 0.0524..0.3339 (Newcombe 1998)
/// </code></example>
public static class Proportion
{
    /// <summary>
    /// Wilson's score interval (Wilson 1927): the shares that a z-test would not reject. Stays in 0..1 and holds its confidence from small counts on. O(1). Without trials NaN.
    /// </summary>
    /// <param name="successes">0..<paramref name="count"/>.</param>
    /// <param name="count">Trials, at least 0.</param>
    /// <param name="confidence">Between 0 and 1; 0.95 by default.</param>
    /// <exception cref="MLOpsInvalidException">A number is out of range.</exception>
    public static Interval Wilson(long successes, long count, double confidence = 0.95)
    {
        Check(successes, count);
        var z = StandardNormal.TwoSided(Rows.Confidence(confidence));
        if (count == 0) return Interval.Unknown(confidence);
        double n = count, p = successes / n, z2 = z * z;
        double centre = (p + z2 / (2 * n)) / (1 + z2 / n), half = z * Math.Sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n);
        return new(p, successes == 0 ? 0 : Math.Max(0, centre - half), successes == count ? 1 : Math.Min(1, centre + half), confidence);
    }

    /// <summary>
    /// The difference of two independent shares, first - second: Newcombe's hybrid of Wilson intervals (Newcombe 1998, "Interval estimation for the difference between independent
    /// proportions", method 10). O(1). Without trials on a side NaN.
    /// </summary>
    /// <param name="firstSuccesses">0..<paramref name="firstCount"/>.</param>
    /// <param name="firstCount">Trials of the first.</param>
    /// <param name="secondSuccesses">0..<paramref name="secondCount"/>.</param>
    /// <param name="secondCount">Trials of the second.</param>
    /// <param name="confidence">Between 0 and 1; 0.95 by default.</param>
    /// <exception cref="MLOpsInvalidException">A number is out of range.</exception>
    public static Interval Difference(long firstSuccesses, long firstCount, long secondSuccesses, long secondCount, double confidence = 0.95)
    {
        var (a, b) = (Wilson(firstSuccesses, firstCount, confidence), Wilson(secondSuccesses, secondCount, confidence));
        var difference = a.Estimate - b.Estimate;
        return new(difference, difference - double.Hypot(a.Estimate - a.Lower, b.Upper - b.Estimate), difference + double.Hypot(a.Upper - a.Estimate, b.Estimate - b.Lower), confidence);
    }

    internal static void Check(long successes, long count)
    {
        if (successes < 0 || successes > count) throw new MLOpsInvalidException($"{successes} of {count}: successes must be between 0 and the number of trials.");
    }
}
