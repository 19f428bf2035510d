namespace MLOps.Statistics;

public static partial class TwoSample
{
    /// <summary>
    /// The two-sided Mann-Whitney U test (Wilcoxon rank-sum): does one sample tend to larger values? <see cref="TestResult.Statistic"/> is U of the reference,
    /// <see cref="TestResult.EffectSize"/> U/(nm): the probability that a reference value exceeds a current one, ties counting half (0.5 = no shift).
    /// </summary>
    /// <remarks>
    /// U = R - n(n+1)/2 with R the sum of the reference's mid-ranks in the pooled sample (Mann and Whitney 1947). p from the normal distribution with the variance
    /// nm/12 (N + 1 - sum(t^3 - t)/(N(N-1))) over tie groups of t values, and a continuity correction of 1/2 (SciPy's <c>mannwhitneyu</c>, method asymptotic). Reliable
    /// from about 8 values each. One value only in the whole pool, however often: p 1. U(reference) + U(current) = nm; invariant under increasing maps of the values. O(n log n).
    /// </remarks>
    /// <example><code>
    /// TestResult test = TwoSample.MannWhitney([1.0, 2, 3, 4, 5, 6, 7, 8], [5.0, 6, 7, 8, 9, 10, 11, 12]);
    /// Console.WriteLine(test.EffectSize); // 0.125: a reference value is the larger one in 8 of 64 pairs
    /// </code></example>
    /// <param name="reference">The reference values, in any order.</param>
    /// <param name="current">The current values, in any order.</param>
    public static TestResult MannWhitney(ReadOnlySpan<double> reference, ReadOnlySpan<double> current)
    {
        using var a = SortedSample.Of(reference);
        using var b = SortedSample.Of(current);
        var ranks = default(RankSum);
        TieGroups.Walk(a.Values, b.Values, ref ranks);
        return ranks.Test();
    }

    /// <summary><see cref="MannWhitney"/> of ordered categories or bins, given as counts: values in one bin are ties.</summary>
    /// <example><code>
    /// TestResult test = TwoSample.MannWhitneyOrdinal([50, 30, 20], [20, 30, 50]);
    /// Console.WriteLine(test.EffectSize); // 0.305: the reference has the lower grades
    /// </code></example>
    /// <param name="reference">Counts per category, lowest first; at most 1e12 in all.</param>
    /// <param name="current">Counts of the same categories.</param>
    /// <exception cref="MLOpsInvalidException">The lengths differ, a count is negative or there are too many.</exception>
    public static TestResult MannWhitneyOrdinal(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        TieGroups.Totals(reference, current);
        var ranks = default(RankSum);
        TieGroups.Walk(reference, current, ref ranks);
        return ranks.Test();
    }

    private struct RankSum : ITieVisitor
    {
        private long _a, _b;
        private Int128 _twiceU;
        private double _ties;

        // In 128 bits all is exact, in whatever order the categories come. A reference value wins against all current values below it, and half against its equals.
        public void Visit(long a, long b)
        {
            _twiceU += (Int128)a * (2 * _b + b);
            _a += a;
            _b += b;
            double t = a + b;
            _ties += t * t * t - t;
        }

        public readonly TestResult Test()
        {
            if (_a == 0 || _b == 0) return TestResult.Empty(_a, _b);
            double n = _a, m = _b, all = n + m, u = (double)_twiceU / 2;
            var variance = n * m / 12 * (all + 1 - _ties / (all * (all - 1)));
            var distance = Math.Abs((double)(_twiceU - (Int128)_a * _b)) / 2 - 0.5;
            var p = distance <= 0 || !(variance > 0) ? 1 : SpecialTail.TwoSidedNormal(distance / Math.Sqrt(variance));
            return new(u, p, _a, _b) { EffectSize = u / (n * m) };
        }
    }
}
