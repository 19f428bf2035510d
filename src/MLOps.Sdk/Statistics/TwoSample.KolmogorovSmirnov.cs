namespace MLOps.Statistics;

public static partial class TwoSample
{
    /// <summary>
    /// The two-sided Kolmogorov-Smirnov test: the largest vertical distance between the two empirical distribution functions, 0..1.
    /// </summary>
    /// <remarks>
    /// <para>
    /// p-value without ties as SciPy's <c>ks_2samp</c>: exact by counting lattice paths (Hodges 1958) while the larger sample has at most 10,000 values, otherwise the one-sample
    /// distribution (Simard and L'Ecuyer 2011) at the effective size round(nm/(n+m)). With ties that p is too large (three values in all: at a nominal 5 % it fires in 0.1 % of the
    /// cases), so that <see cref="PValueMethod.Auto"/> then counts the paths that the ties allow (Schroer and Trenkler 1995), at any size that takes less than about 30 ms;
    /// <see cref="PValueMethod.Exact"/> and <see cref="PValueMethod.Asymptotic"/> stay SciPy's, as if there were none. A discrete statistic jumps over the level: on few values
    /// the rate of false alarms lies below the nominal one, never above.
    /// </para>
    /// <para>
    /// Constant equal samples: statistic 0, p 1. Invariant under increasing maps. Cost: the sort, and for the exact p-value O(nm * statistic) vectorised additions (O(n) for equal
    /// sizes without ties).
    /// </para>
    /// </remarks>
    /// <example><code>
    /// TestResult test = TwoSample.KolmogorovSmirnov([1.0, 2, 3, 4], [3.0, 4, 5, 6]);
    /// Console.WriteLine(test.Statistic); // 0.5, reached at
    /// Console.WriteLine(test.Location); // 2
    /// </code></example>
    /// <param name="reference">The reference values, in any order.</param>
    /// <param name="current">The current values, in any order.</param>
    /// <param name="method">How the p-value is computed; <see cref="PValueMethod.Exact"/> accepts any size and may then be slow.</param>
    public static TestResult KolmogorovSmirnov(ReadOnlySpan<double> reference, ReadOnlySpan<double> current, PValueMethod method = PValueMethod.Auto)
    {
        using var a = SortedSample.Of(reference);
        using var b = SortedSample.Of(current);
        return KolmogorovSmirnov(a.Values, b.Values, CdfGaps.Of(a.Values, b.Values), method);
    }

    /// <summary>
    /// <see cref="KolmogorovSmirnov(ReadOnlySpan{double}, ReadOnlySpan{double}, PValueMethod)"/> of ordered categories or bins, given as counts: values in one bin are ties, and
    /// <see cref="TestResult.Location"/> is the index of the last bin below the gap.
    /// </summary>
    /// <remarks>
    /// Of values counted into bins the statistic is a lower bound of that of the values: see <see cref="Compare(Binning, ReadOnlySpan{long}, ReadOnlySpan{long}, double, double)"/> for how
    /// far it may be below. The p-value is that of the counts themselves and holds its level on them. O(bins), and the p-value.
    /// </remarks>
    /// <example><code>
    /// TestResult test = TwoSample.KolmogorovSmirnovOrdinal([50, 30, 20], [20, 30, 50]);
    /// Console.WriteLine(test.Statistic); // 0.3
    /// </code></example>
    /// <param name="reference">Counts per category, lowest first; at most 1e9 in all.</param>
    /// <param name="current">Counts of the same categories.</param>
    /// <param name="method">How the p-value is computed.</param>
    /// <exception cref="MLOpsInvalidException">The lengths differ, a count is negative or there are too many.</exception>
    public static TestResult KolmogorovSmirnovOrdinal(ReadOnlySpan<long> reference, ReadOnlySpan<long> current, PValueMethod method = PValueMethod.Auto)
    {
        var (n, m) = TieGroups.Totals(reference, current, LargestPathSample);
        if (n == 0 || m == 0) return TestResult.Empty(n, m);
        var ties = new TieSizes();
        TieGroups.Walk(reference, current, ref ties);
        return KolmogorovSmirnov(CdfGaps.Of(reference, current, n, m), method, ties);
    }

    /// <summary>The p-value that <see cref="PValueMethod.Auto"/> gives to samples with these gaps and without ties.</summary>
    internal static double KolmogorovSmirnovPValue(in CdfGaps gaps) => KolmogorovSmirnov(gaps, PValueMethod.Auto, default(TieSizes)).PValue;

    private const int LargestExactSample = 10_000;
    private const long LargestPathSample = 1_000_000_000;

    private static TestResult KolmogorovSmirnov(ReadOnlySpan<double> sortedA, ReadOnlySpan<double> sortedB, in CdfGaps gaps, PValueMethod method)
    {
        var (n, m) = (gaps.ReferenceCount, gaps.CurrentCount);
        if (method != PValueMethod.Auto || gaps.Largest == 0 || !KolmogorovSmirnovTied.IsWorthwhile(n, m, gaps.Largest / ((double)n * m))) return KolmogorovSmirnov(gaps, method, default(TieSizes));
        var ties = new TieSizes();
        TieGroups.Walk(sortedA, sortedB, ref ties);
        return KolmogorovSmirnov(gaps, method, ties);
    }

    private static TestResult KolmogorovSmirnov(in CdfGaps gaps, PValueMethod method, TieSizes ties)
    {
        var (n, m) = (gaps.ReferenceCount, gaps.CurrentCount);
        if (n == 0 || m == 0) return TestResult.Empty(n, m);
        var statistic = gaps.Largest / ((double)n * m);
        var result = new TestResult(statistic, 1, n, m) { Location = gaps.Location, Sign = gaps.Sign };
        if (gaps.Largest == 0) return result;
        if (method == PValueMethod.Auto && ties.HasTies && KolmogorovSmirnovTied.IsWorthwhile(n, m, statistic)
            && KolmogorovSmirnovTied.Tail(ties.Counts, (int)n, (int)m, gaps.Largest) is { } tied)
            return result with { PValue = tied };
        var exact = method == PValueMethod.Exact || (method == PValueMethod.Auto && Math.Max(n, m) <= LargestExactSample);
        return result with
        {
            PValue = exact
                ? KolmogorovSmirnovExact.Tail((int)n, (int)m, gaps.Largest)
                : KolmogorovDistribution.Tail(Math.Round((double)n * m / (n + m)), statistic),
        };
    }
}
