using System.Numerics;

namespace MLOps.Statistics;

public static partial class TwoSample
{
    /// <summary>The largest sample for which <see cref="CramerVonMises"/> enumerates its distribution.</summary>
    public const int CramerVonMisesLargestExact = 20;

    /// <summary>The two-sample Cramer-von Mises test: the squared gap between the two distribution functions, summed over the pooled sample.</summary>
    /// <remarks>
    /// T = U/(nmN) - (4nm - 1)/(6N) with U = n sum (r_i - i)^2 + m sum (s_j - j)^2 over the sorted samples' mid-ranks r and s (Anderson 1962, eq. 9-10), computed without
    /// rounding before the last division. p as SciPy's <c>cramervonmises_2samp</c>: exact (Xiao, Gordon and Yakovlev 2006) up to 20 values in the larger sample, above that
    /// from the limiting distribution at the standardised T (Csorgo and Faraway 1996). The series of the limit stops, as SciPy's, at its first term below 1e-7: p is good to
    /// about 1e-7 absolute, and a p below 1e-6 only says "below 1e-6". More sensitive than Kolmogorov-Smirnov to gaps that are broad rather than high. Ties take
    /// mid-ranks, which raise T while its limit stays that of untied data: p is right for few ties and too small for many (three values in all: at a nominal 5 % it fires in
    /// about 25 % of the cases without a difference; there use <see cref="MannWhitney"/> or <see cref="ChiSquareHomogeneity"/>). Samples of one constant: p 1. Invariant under increasing maps; O(n log n).
    /// </remarks>
    /// <example><code>
    /// TestResult test = TwoSample.CramerVonMises([1.0, 2, 3, 4, 5], [6.0, 7, 8, 9, 10]);
    /// Console.WriteLine(test.PValue); // 2 of the 252 arrangements are as extreme: 0.0079
    /// </code></example>
    /// <param name="reference">The reference values, in any order.</param>
    /// <param name="current">The current values, in any order.</param>
    /// <param name="method">How the p-value is computed; <see cref="PValueMethod.Auto"/> is exact up to <see cref="CramerVonMisesLargestExact"/> values in the larger sample.</param>
    /// <exception cref="MLOpsInvalidException">An exact p-value is asked for more than <see cref="CramerVonMisesLargestExact"/> values in one sample.</exception>
    public static TestResult CramerVonMises(ReadOnlySpan<double> reference, ReadOnlySpan<double> current, PValueMethod method = PValueMethod.Auto)
    {
        using var a = SortedSample.Of(reference);
        using var b = SortedSample.Of(current);
        var ranks = default(RankDeviation);
        TieGroups.Walk(a.Values, b.Values, ref ranks);
        return ranks.Test(method);
    }

    /// <summary><see cref="CramerVonMises"/> of ordered categories or bins, given as counts: values in one bin are ties. Only for many bins: see the remarks on ties there.</summary>
    /// <param name="reference">Counts per category, lowest first; at most 1e12 in all.</param>
    /// <param name="current">Counts of the same categories.</param>
    /// <param name="method">How the p-value is computed.</param>
    /// <exception cref="MLOpsInvalidException">The lengths differ, a count is negative or there are too many.</exception>
    public static TestResult CramerVonMisesOrdinal(ReadOnlySpan<long> reference, ReadOnlySpan<long> current, PValueMethod method = PValueMethod.Auto)
    {
        TieGroups.Totals(reference, current);
        var ranks = default(RankDeviation);
        TieGroups.Walk(reference, current, ref ranks);
        return ranks.Test(method);
    }

    private struct RankDeviation : ITieVisitor
    {
        private long _a, _b, _groups;
        private Int128 _sumA, _sumB;

        public void Visit(long a, long b)
        {
            _sumA += TwelveSquares(2 * _b + a + b + 1, a);
            _sumB += TwelveSquares(2 * _a + a + b + 1, b);
            _a += a;
            _b += b;
            _groups++;
        }

        public readonly TestResult Test(PValueMethod method)
        {
            if (_a == 0 || _b == 0) return TestResult.Empty(_a, _b);
            var exact = method == PValueMethod.Exact || (method == PValueMethod.Auto && Math.Max(_a, _b) <= CramerVonMisesLargestExact);
            if (exact && Math.Max(_a, _b) > CramerVonMisesLargestExact)
                throw new MLOpsInvalidException($"method is Exact for samples of {_a} and {_b} values: the exact distribution is enumerated up to {CramerVonMisesLargestExact} values; use Auto or Asymptotic.");
            BigInteger nm = (BigInteger)_a * _b, u = _a * (BigInteger)_sumA + _b * (BigInteger)_sumB, gap = u - 2 * nm * (4 * nm - 1);
            double n = _a, m = _b, k = n * m, all = n + m, statistic = (double)gap / (12 * k * all);
            // All values equal: the mid-ranks' statistic is below every value it has without ties.
            if (_groups == 1) return new(statistic, 1, _a, _b);
            if (exact) return new(statistic, CramerVonMisesDistribution.ExactTail((int)_a, (int)_b, gap), _a, _b);
            var mean = (1 + 1 / all) / 6;
            var variance = (all + 1) / (45 * all * all) * (4 * all - 3 * (n / m + m / n) - 2) / 4;
            if (!(variance > 0)) return new(statistic, 1, _a, _b);
            return new(statistic, CramerVonMisesDistribution.Tail(1 / 6.0 + (statistic - mean) / Math.Sqrt(45 * variance)), _a, _b);
        }

        // 12 * sum over k = 1..count of (c - k)^2, c being half of twiceC: the squared distances of tied ranks from their places in their own sample.
        private static Int128 TwelveSquares(Int128 twiceC, Int128 count) => count * (3 * twiceC * twiceC - 6 * twiceC * (count + 1) + 2 * (count + 1) * (2 * count + 1));
    }
}
