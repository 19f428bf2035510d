namespace MLOps.Statistics;

/// <summary>Quantiles of a sample.</summary>
public static class Quantile
{
    /// <summary>
    /// The quantiles at the given probabilities by linear interpolation between order statistics (Hyndman and Fan 1996, type 7; NumPy's default, to the bit). NaN is left out;
    /// an empty sample gives NaN. O(n log n), or O(n) from 2,048 values on.
    /// </summary>
    /// <example><code>
    /// double[] found = Quantile.Of([4.0, 1, 3, 2], [0.5, 1]);
    /// Console.WriteLine(found[0]); // 2.5
    /// </code></example>
    /// <param name="values">The sample, in any order.</param>
    /// <param name="probabilities">Each 0..1.</param>
    /// <exception cref="MLOpsInvalidException">A probability is outside 0..1.</exception>
    public static double[] Of(ReadOnlySpan<double> values, ReadOnlySpan<double> probabilities)
    {
        using var sorted = SortedSample.Of(values);
        var result = new double[probabilities.Length];
        for (var i = 0; i < result.Length; i++) result[i] = OfSorted(sorted.Values, probabilities[i]);
        return result;
    }

    internal static double OfSorted(ReadOnlySpan<double> sorted, double probability)
    {
        if (!(probability is >= 0 and <= 1)) throw new MLOpsInvalidException($"The probability {probability} is not between 0 and 1.");
        if (sorted.IsEmpty) return double.NaN;
        var position = (sorted.Length - 1) * probability;
        var index = Math.Min((int)position, sorted.Length - 1);
        double low = sorted[index], high = sorted[Math.Min(index + 1, sorted.Length - 1)], share = position - index;
        if (low == high || share == 0) return low;
        // Interpolate from the nearer end, as NumPy does: bin edges then agree with it to the bit, and so do the counts of values that lie on an edge.
        var gap = high - low;
        if (!double.IsFinite(gap)) return share < 0.5 ? low : high;
        return share >= 0.5 ? high - gap * (1 - share) : low + gap * share;
    }
}
