namespace MLOps.Statistics;

public static partial class TwoSample
{
    /// <summary>A test of equal multivariate distributions: <see cref="TestResult.Statistic"/> is the biased MMD^2 of <see cref="MaximumMeanDiscrepancy"/>, p from random relabellings of the pooled rows.</summary>
    /// <remarks>
    /// Gretton et al. 2012, section 5. The relabellings are seeded. The level is kept exactly with one column, without standardising, and with a given scale; with several columns the
    /// reference gives the unit of each, which matters less than one can see from some dozen rows on. Its power is far above that of
    /// <see cref="MaximumMeanDiscrepancyLinear"/> on the same rows. O((n+m)^2 (columns + permutations)) time, vectorised, and (n+m) * permutations * 8 bytes: for some thousand rows.
    /// Rows with a value that is not finite are left out; equal rows only: p 1.
    /// </remarks>
    /// <example><code>
    /// double[] a = [0, 0, 1, 1, 2, 2, 3, 3, 4, 4], b = [5, 0, 6, 1, 7, 2, 8, 3, 9, 4]; // five rows of two columns each
    /// Console.WriteLine(TwoSample.MaximumMeanDiscrepancyTest(a, b, columns: 2).PValue &lt; 0.05); // True
    /// </code></example>
    /// <param name="reference">The reference's rows one after the other, <paramref name="columns"/> values each.</param>
    /// <param name="current">The current rows in the same form.</param>
    /// <param name="columns">Values per row, at least 1.</param>
    /// <param name="options">Standardising and bandwidth; null for the defaults.</param>
    /// <param name="permutations">How many relabellings and from which seed; null for the defaults.</param>
    /// <exception cref="MLOpsInvalidException">A sample is no whole number of rows, or an option is out of range.</exception>
    public static TestResult MaximumMeanDiscrepancyTest(
        ReadOnlySpan<double> reference, ReadOnlySpan<double> current, int columns, MeanDiscrepancyOptions? options = null, PermutationOptions? permutations = null)
    {
        var draws = (permutations ?? PermutationOptions.Default).Checked();
        var rows = KernelRows.Of(reference, current, columns, options ?? s_meanDiscrepancy);
        int n = rows.ReferenceCount, m = rows.CurrentCount, all = n + m;
        if (n == 0 || m == 0) return TestResult.Empty(n, m);
        // MMD^2 = z'Kz with z = 1/n for the reference and -1/m for the current sample. The diagonal of K is 1, which the labels do not change. Column 0 holds the data's labels.
        var width = draws.Permutations + 1;
        var weights = Weights(n, m, draws);
        double[] sums = new double[width], row = new double[width];
        for (var i = 0; i < all; i++)
        {
            row.AsSpan().Clear();
            for (var j = i + 1; j < all; j++) ScaledSum.Add(weights.AsSpan(j * width, width), rows.Similarity(i, j), row);
            AddProduct(weights.AsSpan(i * width, width), row, sums);
        }

        var diagonal = 1.0 / n + 1.0 / m;
        // Sums of hundreds of thousands of terms in another order: equal up to their last digits.
        var (least, extreme) = (sums[0] - 1e-12 * diagonal, 0);
        for (var draw = 1; draw < width; draw++) extreme += sums[draw] >= least ? 1 : 0;
        var statistic = diagonal + 2 * sums[0];
        return new(statistic < 1e-15 ? 0 : statistic, (1.0 + extreme) / width, n, m);
    }

    private static double[] Weights(int n, int m, PermutationOptions draws)
    {
        var width = draws.Permutations + 1;
        var weights = new double[checked((n + m) * width)];
        var labels = new bool[n + m];
        labels.AsSpan(0, n).Fill(true);
        var random = new SplitMix(draws.Seed);
        for (var draw = 0; draw < width; draw++)
        {
            if (draw > 0) Permutation.Shuffle(labels, ref random);
            for (var i = 0; i < labels.Length; i++) weights[i * width + draw] = labels[i] ? 1.0 / n : -1.0 / m;
        }

        return weights;
    }

    private static void AddProduct(ReadOnlySpan<double> one, ReadOnlySpan<double> other, Span<double> to)
    {
        for (var i = 0; i < to.Length; i++) to[i] += one[i] * other[i];
    }
}
