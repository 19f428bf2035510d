using MathNet.Numerics;

namespace MLOps.Statistics;

public static partial class TwoSample
{
    private const double AndersonDarlingLargestP = 0.25, AndersonDarlingSmallestP = 0.001;

    // Scholz and Stephens 1987, table 2: the critical value at each level is b0 + b1/sqrt(m) + b2/m with m = k - 1.
    private static readonly double[] s_levels = [0.25, 0.1, 0.05, 0.025, 0.01, 0.005, 0.001];
    private static readonly double[] s_b0 = [0.675, 1.281, 1.645, 1.96, 2.326, 2.573, 3.085];
    private static readonly double[] s_b1 = [-0.245, 0.25, 0.678, 1.149, 1.822, 2.364, 3.615];
    private static readonly double[] s_b2 = [-0.105, -0.305, -0.362, -0.391, -0.396, -0.345, -0.154];

    /// <summary>The Anderson-Darling test that two samples come from one distribution: the squared gap between the distribution functions, weighted towards both tails.</summary>
    /// <remarks>
    /// <para>
    /// The standardised k-sample statistic with mid-ranks (Scholz and Stephens 1987, eq. 7; SciPy's <c>anderson_ksamp</c>): sum over samples i and distinct values j of
    /// (N-1)/N^2 l_j (N M_ij - n_i B_j)^2 / (n_i (B_j (N - B_j) - N l_j / 4)), minus k - 1, divided by the standard deviation that it has without ties; below 0 where the
    /// samples agree more than chance lets expect. p from the limiting distribution of the sum given the ties, to any smallness.
    /// </para>
    /// <para>
    /// <see cref="PValueMethod.Asymptotic"/> is SciPy's p: a quadratic through the logarithms of seven levels tabulated without ties, clipped to [0.001, 0.25]: a p of 0.25 says
    /// "0.25 or more". With three values in all it fires in 10 % of the cases at a nominal 5 %. Use it to compare with SciPy.
    /// </para>
    /// <para>Fewer than 4 values in all, or one constant: statistic 0, p 1 (SciPy's: 0.25). Invariant under increasing maps; O(n log n).</para>
    /// </remarks>
    /// <example><code>
    /// TestResult test = TwoSample.AndersonDarling([1.0, 2, 3, 4, 5, 6], [7.0, 8, 9, 10, 11, 12]);
    /// Console.WriteLine(test.PValue &lt; 0.01); // True
    /// </code></example>
    /// <param name="reference">The reference values, in any order.</param>
    /// <param name="current">The current values, in any order.</param>
    /// <param name="method">How the p-value is computed; there is no exact one.</param>
    /// <exception cref="MLOpsInvalidException">An exact p-value is asked for.</exception>
    public static TestResult AndersonDarling(ReadOnlySpan<double> reference, ReadOnlySpan<double> current, PValueMethod method = PValueMethod.Auto)
    {
        using var a = SortedSample.Of(reference);
        using var b = SortedSample.Of(current);
        if (a.Values.IsEmpty || b.Values.IsEmpty) return TestResult.Empty(a.Values.Length, b.Values.Length);
        var sum = new WeightedGaps(a.Values.Length, b.Values.Length);
        TieGroups.Walk(a.Values, b.Values, ref sum);
        return AndersonDarlingResult(sum.Statistic, [a.Values.Length, b.Values.Length], sum.Ties, method);
    }

    /// <summary>
    /// <see cref="AndersonDarling(ReadOnlySpan{double}, ReadOnlySpan{double}, PValueMethod)"/> for any number of samples, say one per week. The result counts the first sample as the
    /// reference and all others together as the current one.
    /// </summary>
    /// <param name="samples">Two or more samples, each in any order. An empty one makes the result inconclusive.</param>
    /// <param name="method">How the p-value is computed; there is no exact one.</param>
    /// <exception cref="MLOpsInvalidException">There are fewer than two samples, or an exact p-value is asked for.</exception>
    public static TestResult AndersonDarling(IReadOnlyList<double[]> samples, PValueMethod method = PValueMethod.Auto)
    {
        ArgumentNullException.ThrowIfNull(samples);
        if (samples.Count < 2) throw new MLOpsInvalidException($"samples holds {samples.Count} samples: there must be at least 2.");
        var sorted = samples.Select(sample => sample.Where(x => !double.IsNaN(x)).ToArray()).ToArray();
        long[] sizes = [.. sorted.Select(sample => sample.LongLength)];
        if (sizes.Contains(0)) return TestResult.Empty(sizes[0], sizes.Skip(1).Sum());
        foreach (var sample in sorted) sample.AsSpan().Sort();
        // Sample i against the pool of the others has the same gaps as sample i against the whole pool, but for the factor that WeightedGaps leaves out.
        double statistic = 0;
        var ties = new TieSizes();
        foreach (var (i, sample) in sorted.Index())
        {
            double[] others = [.. sorted.Where((_, j) => j != i).SelectMany(other => other)];
            others.AsSpan().Sort();
            var sum = new WeightedGaps(sample.Length, others.Length);
            TieGroups.Walk(sample, others, ref sum);
            statistic += sum.OfReference;
            ties = sum.Ties;
        }

        return AndersonDarlingResult(statistic, sizes, ties, method);
    }

    /// <summary><see cref="AndersonDarling(ReadOnlySpan{double}, ReadOnlySpan{double}, PValueMethod)"/> of ordered categories or bins, given as counts: values in one bin are ties.</summary>
    /// <example><code>
    /// TestResult test = TwoSample.AndersonDarlingOrdinal([50, 30, 20], [20, 30, 50]);
    /// Console.WriteLine(test.PValue &lt; 0.0001); // True
    /// </code></example>
    /// <param name="reference">Counts per category, lowest first; at most 1e12 in all.</param>
    /// <param name="current">Counts of the same categories.</param>
    /// <param name="method">How the p-value is computed; there is no exact one.</param>
    /// <exception cref="MLOpsInvalidException">The lengths differ, a count is negative, there are too many, or an exact p-value is asked for.</exception>
    public static TestResult AndersonDarlingOrdinal(ReadOnlySpan<long> reference, ReadOnlySpan<long> current, PValueMethod method = PValueMethod.Auto)
    {
        var (n, m) = TieGroups.Totals(reference, current);
        if (n == 0 || m == 0) return TestResult.Empty(n, m);
        var sum = new WeightedGaps(n, m);
        TieGroups.Walk(reference, current, ref sum);
        return AndersonDarlingResult(sum.Statistic, [n, m], sum.Ties, method);
    }

    private static TestResult AndersonDarlingResult(double statistic, long[] sizes, TieSizes ties, PValueMethod method)
    {
        if (method == PValueMethod.Exact) throw new MLOpsInvalidException("method is Exact: the Anderson-Darling test has no exact p-value here; use Auto or Asymptotic.");
        double all = sizes.Sum(), k = sizes.Length, m = k - 1, inverse = sizes.Sum(size => 1.0 / size);
        var result = new TestResult(0, method == PValueMethod.Auto ? 1 : AndersonDarlingLargestP, sizes[0], (long)all - sizes[0]);
        if (all < 4 || ties.Counts.Length < 2) return result;
        // h = sum of 1/i below N. g = sum over i < j < N of 1/((N - i) j) has the closed form h^2 - H(N)^2 + sum of 1/i^2 up to N.
        double h = Harmonic(all) - 1 / all, g = SquareHarmonic(all) - (2 * Harmonic(all) - 1 / all) / all;
        var a = (4 * g - 6) * (k - 1) + (10 - 6 * g) * inverse;
        var b = (2 * g - 4) * k * k + 8 * h * k + (2 * g - 14 * h - 4) * inverse - 8 * h + 4 * g - 6;
        var c = (6 * h + 2 * g - 2) * k * k + (4 * h - 4 * g + 6) * k + (2 * h - 6) * inverse + 4 * h;
        var d = (2 * h + 6) * k * k - 4 * h * k;
        var variance = (((a * all + b) * all + c) * all + d) / ((all - 1) * (all - 2) * (all - 3));
        if (!(variance > 0)) return result;
        var standardised = (statistic - m) / Math.Sqrt(variance);
        if (method == PValueMethod.Auto) return result with { Statistic = standardised, PValue = BridgeTail.AndersonDarling(ties.Counts, sizes.Length, statistic, variance) };
        double[] critical = [.. Enumerable.Range(0, s_levels.Length).Select(i => s_b0[i] + s_b1[i] / Math.Sqrt(m) + s_b2[i] / m)];
        if (standardised < critical.Min()) return result with { Statistic = standardised };
        if (standardised > critical.Max()) return result with { Statistic = standardised, PValue = AndersonDarlingSmallestP };
        var fit = Fit.Polynomial(critical, [.. s_levels.Select(level => Math.Log(level))], 2);
        var p = Math.Exp(fit[0] + standardised * (fit[1] + standardised * fit[2]));
        return result with { Statistic = standardised, PValue = Math.Clamp(p, AndersonDarlingSmallestP, AndersonDarlingLargestP) };
    }

    private static double Harmonic(double n)
    {
        if (n < 100) return Enumerable.Range(1, (int)n).Sum(i => 1.0 / i);
        var n2 = n * n;
        return Math.Log(n) + Constants.EulerMascheroni + 1 / (2 * n) - (1 - (1 / 10.0 - 1 / (21 * n2)) / n2) / (12 * n2);
    }

    private static double SquareHarmonic(double n)
    {
        if (n < 100) return Enumerable.Range(1, (int)n).Sum(i => 1.0 / ((double)i * i));
        var n2 = n * n;
        return Math.PI * Math.PI / 6 - (1 - 1 / (2 * n) + (1 - (1 / 5.0 - 1 / (7 * n2)) / n2) / (6 * n2)) / n;
    }

    private struct WeightedGaps(double n, double m) : ITieVisitor
    {
        private readonly double _all = n + m;
        private double _a, _b, _sum;
        private TieSizes _ties = new();

        public readonly TieSizes Ties => _ties;

        // N M - n B, with both counts up to the middle of the group, is m M_a - n M_b: the same number up to its sign for both samples.
        public void Visit(long a, long b)
        {
            double ties = a + b, middle = _a + _b + ties / 2;
            var gap = m * (_a + a / 2.0) - n * (_b + b / 2.0);
            _sum += ties * gap * (gap / (middle * (_all - middle) - _all * ties / 4));
            _a += a;
            _b += b;
            _ties.Visit(a, b);
        }

        public readonly double OfReference => _sum * (_all - 1) / (_all * _all) / n;

        public readonly double Statistic => _sum * (_all - 1) / (_all * _all) * (1 / n + 1 / m);
    }
}
