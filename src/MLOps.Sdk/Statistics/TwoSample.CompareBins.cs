namespace MLOps.Statistics;

public static partial class TwoSample
{
    /// <summary>Kolmogorov-Smirnov and Wasserstein from counts in common bins, with what the values inside the bins may add: the interval holds what the values give, always.</summary>
    /// <remarks>
    /// At the edges both distribution functions are known; inside a bin each may take any course between its ends. So the statistic is at least the largest gap at an edge and at
    /// most the largest gap between one function at a bin's upper end and the other at its lower end; the area per bin lies between the gap that is left when both functions keep as
    /// close, and the one when they keep as far apart, as they may. The estimates take the largest gap at an edge, and values spread evenly within a bin. Either way equal counts give
    /// the estimate 0. The p-value is <see cref="KolmogorovSmirnovOrdinal"/>'s. O(bins).
    /// </remarks>
    /// <example><code>
    /// var bins = Binning.FromEdges([1, 2, 3]);
    /// var found = TwoSample.Compare(bins, [10, 10, 10, 10], [5, 5, 10, 20], from: 0, to: 4);
    /// Console.WriteLine(found.KolmogorovSmirnov.Estimate); // 0.25
    /// Console.WriteLine(found.Wasserstein.Estimate); // 0.625
    /// </code></example>
    /// <param name="bins">The bins of both.</param>
    /// <param name="reference">Counts of the reference, at most 1e9 in all.</param>
    /// <param name="current">Counts of the current sample.</param>
    /// <param name="from">The smallest value of both samples: where the first bin that holds values begins.</param>
    /// <param name="to">The largest value of both samples.</param>
    /// <exception cref="MLOpsInvalidException">The counts don't belong to the bins, or the range is none or does not reach the bins that hold values.</exception>
    public static BoundedComparison Compare(Binning bins, ReadOnlySpan<long> reference, ReadOnlySpan<long> current, double from, double to)
    {
        ArgumentNullException.ThrowIfNull(bins);
        if (reference.Length != bins.Count) throw new MLOpsInvalidException($"The reference has {reference.Length} counts and there are {bins.Count} bins.");
        var test = KolmogorovSmirnovOrdinal(reference, current);
        if (!test.IsConclusive) return BoundedComparison.Empty(1, test.ReferenceCount, test.CurrentCount);
        if (!(from <= to) || !double.IsFinite(from) || !double.IsFinite(to)) throw new MLOpsInvalidException($"The values range from {from} to {to}: both must be finite, and the smaller comes first.");
        double n = test.ReferenceCount, m = test.CurrentCount, highest = test.Statistic, area = 0, least = 0, most = 0;
        long i = 0, j = 0;
        for (var bin = 0; bin < bins.Count; bin++)
        {
            double f = i / n, g = j / m;
            i += reference[bin];
            j += current[bin];
            if (reference[bin] + current[bin] > 0 && (bins.LowerEdge(bin) > to || bins.UpperEdge(bin) < from))
                throw new MLOpsInvalidException($"The bin from {bins.LowerEdge(bin)} to {bins.UpperEdge(bin)} holds values and lies outside the range from {from} to {to}.");
            double nextF = i / n, nextG = j / m, apart = Math.Max(nextF - g, nextG - f);
            double low = Math.Clamp(bins.LowerEdge(bin), from, to), high = Math.Clamp(bins.UpperEdge(bin), from, to);
            highest = Math.Max(highest, apart);
            least += Weighted(Math.Max(0, Math.Max(f - nextG, g - nextF)));
            most += Weighted(Math.Max(apart, 0));
            area += Weighted(MeanGap(f - g, nextF - nextG));

            // Weight first, so that 1e308 - -1e308 does not overflow.
            double Weighted(double gap) => gap == 0 ? 0 : gap * high - gap * low;
        }

        // A distance beyond the largest double is given as that.
        (area, least, most) = (Math.Min(area, double.MaxValue), Math.Min(least, double.MaxValue), Math.Min(most, double.MaxValue));
        return new(new(test.Statistic, test.Statistic, highest, 1), test.PValue, new(area, Math.Min(area, least), Math.Max(area, most), 1), test.ReferenceCount, test.CurrentCount);
    }

    // The mean of the absolute value of what goes evenly from one gap to another.
    private static double MeanGap(double start, double end) =>
        start * end >= 0 ? Math.Abs(start + end) / 2 : (start * start + end * end) / (2 * (Math.Abs(start) + Math.Abs(end)));
}
