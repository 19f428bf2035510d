namespace MLOps.Statistics;

public static partial class TwoSample
{
    private static readonly MeanDiscrepancyOptions s_meanDiscrepancy = new();

    /// <summary>
    /// The squared maximum mean discrepancy (MMD^2) between two samples of rows with a Gaussian kernel: a distance between whole multivariate distributions, which also
    /// sees changes that no single column shows.
    /// </summary>
    /// <remarks>
    /// With k(x, y) = exp(-|x - y|^2 / (2 sigma^2)): mean k within the reference + mean k within the current sample - 2 mean k between them, the means within a sample over
    /// all pairs (biased) or over pairs of different rows (unbiased) (Gretton et al. 2012, eq. 3 and 5). Sigma by default is the median distance between pooled rows; where
    /// more than half are 0, their mean. Symmetric without standardising (the reference gives the unit otherwise), blind to the order of rows. O((n+m)^2 columns), no matrix is
    /// kept; for a p-value see <see cref="MaximumMeanDiscrepancyTest"/>, for large samples <see cref="MaximumMeanDiscrepancyLinear"/>. Rows with a value that is not finite are left out; an empty sample gives NaN.
    /// </remarks>
    /// <example><code>
    /// double[] a = [0, 0, 1, 1, 2, 2], b = [5, 0, 6, 1, 7, 2]; // three rows of two columns each
    /// Console.WriteLine(TwoSample.MaximumMeanDiscrepancy(a, b, columns: 2).Biased > 0.5); // True
    /// </code></example>
    /// <param name="reference">The reference's rows one after the other, <paramref name="columns"/> values each.</param>
    /// <param name="current">The current rows in the same form.</param>
    /// <param name="columns">Values per row, at least 1.</param>
    /// <param name="options">Standardising and bandwidth; null for the defaults.</param>
    /// <exception cref="MLOpsInvalidException">A sample is no whole number of rows, or an option is out of range.</exception>
    public static MeanDiscrepancy MaximumMeanDiscrepancy(ReadOnlySpan<double> reference, ReadOnlySpan<double> current, int columns, MeanDiscrepancyOptions? options = null)
    {
        var rows = KernelRows.Of(reference, current, columns, options ?? s_meanDiscrepancy);
        int n = rows.ReferenceCount, m = rows.CurrentCount;
        if (n == 0 || m == 0) return new(double.NaN, double.NaN, double.NaN, n, m);
        double withinA = 0, withinB = 0, between = 0;
        for (var i = 0; i < n + m; i++)
        {
            double sameSide = 0, otherSide = 0;
            for (var j = i + 1; j < (i < n ? n : n + m); j++) sameSide += rows.Similarity(i, j);
            for (var j = n; i < n && j < n + m; j++) otherSide += rows.Similarity(i, j);
            if (i < n) withinA += sameSide;
            else withinB += sameSide;
            between += otherSide;
        }

        double a = n, b = m, cross = 2 * between / (a * b);
        var biased = (a + 2 * withinA) / (a * a) + (b + 2 * withinB) / (b * b) - cross;
        var unbiased = (n > 1 ? 2 * withinA / (a * (a - 1)) : 1) + (m > 1 ? 2 * withinB / (b * (b - 1)) : 1) - cross;
        // What rounding leaves of 0 is not a distance.
        return new(biased < 1e-15 ? 0 : biased, unbiased, rows.Bandwidth, n, m);
    }

    /// <summary>A test of equal multivariate distributions by the linear-time estimate of MMD^2: O(n columns) after the bandwidth, for samples of any size.</summary>
    /// <remarks>
    /// Consecutive rows are taken in pairs: the mean of h = k(x1, x2) + k(y1, y2) - k(x1, y2) - k(x2, y1) over min(n, m)/2 quadruples, which is 0 on average without a
    /// difference (Gretton et al. 2012, lemma 14). p: one-sided normal at mean / standard error of the h; from some 50 quadruples on. Each quadruple is used once, so its power
    /// is far below the quadratic form's on the same rows. The rows' order matters: they must be in no order (shuffle time series), and rows beyond the shorter sample are
    /// not used. Fewer than two quadruples: p 1.
    /// </remarks>
    /// <example><code>
    /// var random = new Random(1);
    /// double[] a = [.. Enumerable.Range(0, 400).Select(_ => random.NextDouble())], b = [.. Enumerable.Range(0, 400).Select(_ => random.NextDouble() + 0.5)];
    /// Console.WriteLine(TwoSample.MaximumMeanDiscrepancyLinear(a, b, columns: 1).PValue &lt; 0.01); // True
    /// </code></example>
    /// <param name="reference">The reference's rows one after the other, <paramref name="columns"/> values each.</param>
    /// <param name="current">The current rows in the same form.</param>
    /// <param name="columns">Values per row, at least 1.</param>
    /// <param name="options">Standardising and bandwidth; null for the defaults.</param>
    /// <exception cref="MLOpsInvalidException">A sample is no whole number of rows, or an option is out of range.</exception>
    public static TestResult MaximumMeanDiscrepancyLinear(ReadOnlySpan<double> reference, ReadOnlySpan<double> current, int columns, MeanDiscrepancyOptions? options = null)
    {
        var rows = KernelRows.Of(reference, current, columns, options ?? s_meanDiscrepancy);
        int n = rows.ReferenceCount, m = rows.CurrentCount;
        if (n == 0 || m == 0) return TestResult.Empty(n, m);
        var terms = Moments.Empty;
        for (var i = 0; i + 1 < Math.Min(n, m); i += 2)
            terms = terms.Add(rows.Similarity(i, i + 1) + rows.Similarity(n + i, n + i + 1) - rows.Similarity(i, n + i + 1) - rows.Similarity(i + 1, n + i));
        if (terms.Count < 2) return new(terms.Mean, 1, n, m);
        var error = terms.StandardDeviation() / Math.Sqrt(terms.Count);
        if (!(error > 0)) return new(terms.Mean, terms.Mean > 0 ? 0 : 1, n, m);
        var half = SpecialTail.TwoSidedNormal(terms.Mean / error) / 2;
        return new(terms.Mean, terms.Mean > 0 ? half : 1 - half, n, m);
    }
}
