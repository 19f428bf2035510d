namespace MLOps.Statistics;

public static partial class TwoSample
{
    /// <summary>Kolmogorov-Smirnov and Wasserstein from two quantile sketches, with what their rank error may hide.</summary>
    /// <remarks>
    /// The estimates are exact for the step functions that the sketches hold. Each sketch's ranks are all within its <see cref="KllSketch.RankError"/> of the truth in at least 97 % of
    /// streams, so with 94 % confidence the statistic is within e = e1 + e2 of the estimate, and the area within e1 * range1 + e2 * range2. With a heavy tail, where the range is
    /// many standard deviations, that says little of the distance: count exactly in bins beside the sketch then (<see cref="Compare(Binning, ReadOnlySpan{long}, ReadOnlySpan{long}, double, double)"/>).
    /// Sketches that still hold every value (e = 0) give what the values give. The p-value is that of large samples for the statistic less e. An empty sketch: NaN. O(k log k).
    /// </remarks>
    /// <example><code>
    /// KllSketch a = new(k: 400, seed: 1), b = new(k: 400, seed: 2);
    /// for (var i = 0; i &lt; 10_000; i++) { a.Update(i); b.Update(i + 1000); }
    /// var found = TwoSample.Compare(a, b);
    /// Console.WriteLine(found.KolmogorovSmirnov.Contains(0.1)); // True
    /// Console.WriteLine(found.Wasserstein.Contains(1000)); // True
    /// </code></example>
    /// <param name="reference">The sketch of the reference.</param>
    /// <param name="current">The sketch of the current sample.</param>
    public static BoundedComparison Compare(KllSketch reference, KllSketch current)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(current);
        double errorA = reference.RankError, errorB = current.RankError, error = errorA + errorB, confidence = error == 0 ? 1 : 0.94;
        if (reference.Count == 0 || current.Count == 0) return BoundedComparison.Empty(confidence, reference.Count, current.Count);
        var (largest, area) = Gaps(reference.Weighted(), current.Weighted());
        var statistic = new Interval(largest, Math.Max(0, largest - error), Math.Min(1, largest + error), confidence);
        var slack = Slack(reference, errorA) + Slack(current, errorB);
        // A distance beyond the largest double is given as that, as of the values.
        if (double.IsFinite(reference.Min) && double.IsFinite(reference.Max) && double.IsFinite(current.Min) && double.IsFinite(current.Max))
            (area, slack) = (Math.Min(area, double.MaxValue), Math.Min(slack, double.MaxValue - Math.Min(area, double.MaxValue)));
        return new(statistic, LargeSampleP(reference.Count, current.Count, statistic.Lower), new(area, double.IsFinite(slack) ? Math.Max(0, area - slack) : 0, area + slack, confidence), reference.Count, current.Count);

        static double Slack(KllSketch sketch, double error) => error == 0 ? 0 : error * sketch.Max - error * sketch.Min;
    }

    private static double LargeSampleP(long n, long m, double statistic) => statistic == 0 ? 1 : KolmogorovDistribution.Tail(Math.Round((double)n / (n + m) * m), statistic);

    private static (double Largest, double Area) Gaps(WeightedValues a, WeightedValues b)
    {
        double n = a.CumulativeWeights[^1], m = b.CumulativeWeights[^1], largest = 0, area = 0, gap = 0, last = 0;
        for (int i = 0, j = 0; i < a.Values.Count || j < b.Values.Count;)
        {
            var x = j == b.Values.Count || (i < a.Values.Count && a.Values[i] <= b.Values[j]) ? a.Values[i] : b.Values[j];
            if (gap != 0) area += gap * x - gap * last;
            while (i < a.Values.Count && a.Values[i] == x) i++;
            while (j < b.Values.Count && b.Values[j] == x) j++;
            last = x;
            gap = Math.Abs((i == 0 ? 0 : a.CumulativeWeights[i - 1] / n) - (j == 0 ? 0 : b.CumulativeWeights[j - 1] / m));
            largest = Math.Max(largest, gap);
        }

        return (largest, area);
    }
}
