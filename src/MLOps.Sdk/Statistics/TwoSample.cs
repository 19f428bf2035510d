namespace MLOps.Statistics;

/// <summary>
/// Tests and distances between a reference sample and a current one. Pure functions; inputs are never changed.
/// </summary>
/// <remarks>
/// Rules that all share: NaN is left out (a missing value is a question of data quality, not of distribution) and the counts in the result say how many values
/// remained. An empty sample gives NaN, never an exception. Infinities are values like others and sort at the ends. Order within a sample never matters.
/// </remarks>
public static partial class TwoSample
{
    /// <summary>Kolmogorov-Smirnov and both Wasserstein distances from one sort of each sample: O(n log n), or O(n) from 2,048 values on.</summary>
    /// <example><code>
    /// NumericComparison both = TwoSample.Compare([-1.0, 1], [0.0, 2]);
    /// Console.WriteLine(both.KolmogorovSmirnov.Statistic); // 0.5
    /// Console.WriteLine(both.Wasserstein); // 1
    /// </code></example>
    /// <param name="reference">The reference values, in any order.</param>
    /// <param name="current">The current values, in any order.</param>
    /// <param name="method">How the p-value is computed.</param>
    public static NumericComparison Compare(ReadOnlySpan<double> reference, ReadOnlySpan<double> current, PValueMethod method = PValueMethod.Auto)
    {
        using var a = SortedSample.Of(reference);
        using var b = SortedSample.Of(current);
        var gaps = CdfGaps.Of(a.Values, b.Values);
        return new(KolmogorovSmirnov(a.Values, b.Values, gaps, method), gaps.Area, Normed(gaps.Area, a.Values));
    }
}
