namespace MLOps.Statistics;

public static partial class TwoSample
{
    /// <summary>
    /// Pearson's chi-square test of homogeneity on a 2 x k table: do both samples have the same shares of the categories (or bins)?
    /// </summary>
    /// <remarks>
    /// Statistic: sum of (observed - expected)^2 / expected over the 2k cells, expected = column total x row total / total (Pearson 1900), no continuity correction,
    /// k - 1 degrees of freedom. The reference is a sample like the other: taking its shares for exact (goodness of fit) would raise several times the nominal number of
    /// false alarms. Categories absent from both are dropped; one that is new in the current sample counts like any other. Fewer than two categories: statistic 0, p 1. O(k).
    /// </remarks>
    /// <example><code>
    /// TestResult test = TwoSample.ChiSquareHomogeneity([60, 40], [40, 60]);
    /// Console.WriteLine(test.Statistic); // 8: four cells, each 10 off its expected 50
    /// Console.WriteLine(test.PValue); // 0.0047
    /// </code></example>
    /// <param name="reference">Counts per category, each at least 0.</param>
    /// <param name="current">Counts of the same categories in the same order.</param>
    /// <param name="options">Pooling of thin categories; null for none.</param>
    /// <exception cref="MLOpsInvalidException">The lengths differ or a count is negative.</exception>
    public static TestResult ChiSquareHomogeneity(ReadOnlySpan<long> reference, ReadOnlySpan<long> current, ChiSquareOptions? options = null)
    {
        var table = Contingency.Of(reference, current, options?.MinExpected ?? 0);
        if (table.IsEmpty) return TestResult.Empty((long)table.A, (long)table.B);
        return ChiSquareResult(table, table.Cells().Sum(cell => (cell.Observed - cell.Expected) * (cell.Observed - cell.Expected) / cell.Expected));
    }

    /// <summary>
    /// The likelihood-ratio G-test of homogeneity on a 2 x k table: 2 * sum of observed * ln(observed / expected) (Wilks 1938). Same rules and the same asymptotic
    /// distribution as <see cref="ChiSquareHomogeneity"/>.
    /// </summary>
    /// <example><code>
    /// TestResult test = TwoSample.GTest([60, 40], [40, 60]);
    /// Console.WriteLine(test.Statistic); // 8.0542: 4 * (60 ln 1.2 + 40 ln 0.8)
    /// </code></example>
    /// <param name="reference">Counts per category, each at least 0.</param>
    /// <param name="current">Counts of the same categories in the same order.</param>
    /// <param name="options">Pooling of thin categories; null for none.</param>
    /// <exception cref="MLOpsInvalidException">The lengths differ or a count is negative.</exception>
    public static TestResult GTest(ReadOnlySpan<long> reference, ReadOnlySpan<long> current, ChiSquareOptions? options = null)
    {
        var table = Contingency.Of(reference, current, options?.MinExpected ?? 0);
        if (table.IsEmpty) return TestResult.Empty((long)table.A, (long)table.B);
        var sum = table.Cells().Sum(cell => cell.Observed == 0 ? 0 : cell.Observed * Math.Log(cell.Observed / cell.Expected));
        return ChiSquareResult(table, Math.Max(0, 2 * sum));
    }

    private static TestResult ChiSquareResult(in Contingency table, double statistic) =>
        new(statistic, SpecialTail.ChiSquare(statistic, table.DegreesOfFreedom), (long)table.A, (long)table.B) { DegreesOfFreedom = table.DegreesOfFreedom };
}
