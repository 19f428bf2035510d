namespace MLOps.Statistics;

public static partial class TwoSample
{
    /// <summary>
    /// The two-sided Kolmogorov-Smirnov test: the largest vertical distance between the two empirical distribution functions, 0..1.
    /// </summary>
    /// <remarks>
    /// p-value as SciPy's <c>ks_2samp</c>: exact by counting lattice paths (Hodges 1958) while the larger sample has at most 10,000 values, otherwise the one-sample
    /// distribution (Simard and L'Ecuyer 2011) at the effective size round(nm/(n+m)). Ties are allowed and make the test conservative. Constant equal samples: statistic 0,
    /// p 1. Cost: the sort, and for the exact p-value O(nm * statistic) vectorised additions (O(n) for equal sizes).
    /// </remarks>
    /// <param name="reference">The reference values, in any order.</param>
    /// <param name="current">The current values, in any order.</param>
    /// <param name="method">How the p-value is computed; <see cref="PValueMethod.Exact"/> accepts any size and may then be slow.</param>
    public static TestResult KolmogorovSmirnov(ReadOnlySpan<double> reference, ReadOnlySpan<double> current, PValueMethod method = PValueMethod.Auto)
    {
        using var a = SortedSample.Of(reference);
        using var b = SortedSample.Of(current);
        return KolmogorovSmirnov(CdfGaps.Of(a.Values, b.Values), method);
    }

    /// <summary>The p-value that <see cref="PValueMethod.Auto"/> gives to samples with these gaps.</summary>
    internal static double KolmogorovSmirnovPValue(in CdfGaps gaps) => KolmogorovSmirnov(gaps, PValueMethod.Auto).PValue;

    private const int LargestExactSample = 10_000;

    private static TestResult KolmogorovSmirnov(in CdfGaps gaps, PValueMethod method)
    {
        var (n, m) = (gaps.ReferenceCount, gaps.CurrentCount);
        if (n == 0 || m == 0) return TestResult.Empty(n, m);
        var statistic = gaps.Largest / ((double)n * m);
        var exact = method == PValueMethod.Exact || (method == PValueMethod.Auto && Math.Max(n, m) <= LargestExactSample);
        var p = exact
            ? KolmogorovSmirnovExact.Tail((int)n, (int)m, gaps.Largest)
            : KolmogorovDistribution.Tail(Math.Round((double)n * m / (n + m)), statistic);
        return new(statistic, p, n, m) { Location = gaps.Location, Sign = gaps.Sign };
    }
}
