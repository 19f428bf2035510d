namespace MLOps.Statistics;

public static partial class Divergence
{
    /// <summary>
    /// Cramer's V of the 2 x k table, 0..1: sqrt(chi-square / (n + m)) (Cramer 1946), the effect size that belongs to <see cref="TwoSample.ChiSquareHomogeneity"/>.
    /// Not corrected for bias; depends on the ratio of the sample sizes. 0 when there are fewer than two categories.
    /// </summary>
    /// <example><code>
    /// Console.WriteLine(Divergence.CramersV([60, 40], [40, 60])); // 0.2 = sqrt(8 / 200)
    /// </code></example>
    /// <param name="reference">Counts per category.</param>
    /// <param name="current">Counts of the same categories.</param>
    public static double CramersV(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        var test = TwoSample.ChiSquareHomogeneity(reference, current);
        return test.IsConclusive ? Math.Sqrt(test.Statistic / ((double)test.ReferenceCount + test.CurrentCount)) : double.NaN;
    }
}
