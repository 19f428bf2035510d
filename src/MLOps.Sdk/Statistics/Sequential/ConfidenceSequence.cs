using MathNet.Numerics;

namespace MLOps.Statistics;

/// <summary>
/// Intervals from counts and moments that may be looked at all the time: made anew after every batch of rows, all of them together hold the true value with the stated confidence. They need no row in
/// order, so that counts of many servers can be added first.
/// </summary>
/// <remarks>Both are the values that a mixture martingale has not rejected (Robbins 1970; Ville 1939). They are about twice as wide as an interval for one look, which is the price of looking.</remarks>
/// <example><code>
/// Interval errors = ConfidenceSequence.Rate(events: 20, count: 1_000);                  // 0.02, 0.0078..0.0406
/// Interval mean = ConfidenceSequence.Mean(Moments.Of([1.0, 2, 3, 4]));                  // 2.5, wide
/// </code></example>
public static class ConfidenceSequence
{
    /// <summary>A rate from counts: the p for which the beta-binomial mixture B(x+a, n-x+a) / B(a, a) / (p^x (1-p)^(n-x)), a = 1/2, is below 1 / (1 - confidence). Exact for every n. O(1).</summary>
    /// <param name="events">0..<paramref name="count"/>.</param>
    /// <param name="count">Rows, at least 0; without any the interval is 0..1 and the estimate NaN.</param>
    /// <param name="confidence">Between 0 and 1; 0.95 by default.</param>
    /// <exception cref="MLOpsInvalidException">A number is out of range.</exception>
    public static Interval Rate(long events, long count, double confidence = 0.95)
    {
        if (events < 0 || count < events) throw new MLOpsInvalidException($"There are {events} events in {count} rows: the events must be at least 0 and at most the rows.");
        Rows.Confidence(confidence);
        if (count == 0) return new(double.NaN, 0, 1, confidence);
        double x = events, n = count, rate = x / n;
        // What ln(p^x (1-p)^(n-x)) must exceed.
        var least = SpecialFunctions.BetaLn(x + 0.5, n - x + 0.5) - SpecialFunctions.BetaLn(0.5, 0.5) + Math.Log(1 - confidence);
        return new(rate, events == 0 ? 0 : Edge(rate, 0), events == count ? 1 : Edge(rate, 1), confidence);

        double Edge(double inside, double outside)
        {
            // 60 halvings reach the last bit; the edge found lies outside, so that rounding never narrows the interval.
            for (var i = 0; i < 60; i++)
            {
                var p = (inside + outside) / 2;
                if (x * Math.Log(p) + (n - x) * Math.Log(1 - p) > least) inside = p;
                else outside = p;
            }

            return outside;
        }
    }

    /// <summary>
    /// A mean from moments, whatever the distribution, as long as it has a variance: mean +- s sqrt(2 (n r^2 + 1) / (n^2 r^2) ln(sqrt(n r^2 + 1) / alpha)), r chosen to be narrowest near
    /// <paramref name="narrowestAt"/> rows (Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas 2024, "Time-uniform central limit theory and asymptotic confidence sequences", theorem 2.2). Holds
    /// once there are enough rows for the central limit theorem. O(1).
    /// </summary>
    /// <param name="moments">The rows' moments; with fewer than two the interval is the whole line.</param>
    /// <param name="confidence">Between 0 and 1; 0.95 by default.</param>
    /// <param name="narrowestAt">At least 1; 1,000 by default. Chosen before looking.</param>
    /// <exception cref="MLOpsInvalidException">A number is out of range.</exception>
    public static Interval Mean(Moments moments, double confidence = 0.95, long narrowestAt = 1_000)
    {
        Rows.Confidence(confidence);
        if (narrowestAt < 1) throw new MLOpsInvalidException($"narrowestAt is {narrowestAt}: it must be at least 1.");
        var deviation = moments.StandardDeviation();
        if (moments.Count < 2 || !double.IsFinite(deviation) || !double.IsFinite(moments.Mean)) return new(moments.Count == 0 ? double.NaN : moments.Mean, double.NegativeInfinity, double.PositiveInfinity, confidence);
        double n = moments.Count, alpha = 1 - confidence, logs = -2 * Math.Log(alpha), r2 = (logs + Math.Log(logs) + 1) / narrowestAt;
        var half = deviation * Math.Sqrt(2 * (n * r2 + 1) / (n * n * r2) * (Math.Log(n * r2 + 1) / 2 - Math.Log(alpha)));
        return new(moments.Mean, moments.Mean - half, moments.Mean + half, confidence);
    }
}
