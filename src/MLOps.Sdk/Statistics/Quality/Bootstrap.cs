namespace MLOps.Statistics;

/// <summary>Intervals for any statistic by drawing rows with replacement (Efron 1979). Seeded: the same seed gives the same interval on every machine.</summary>
/// <remarks>
/// The statistic gets row numbers, so that truths, scores and groups are drawn together. Resamples in which it is NaN (a class was not drawn) are left out; when fewer than half remain the
/// limits are NaN. Costs (resamples + 1) evaluations, the corrected form up to 1,000 more.
/// </remarks>
/// <example><code>
/// double[] losses = [0.1, 0.4, 0.2, 0.9, 0.3, 0.2, 0.5, 0.1];
/// Interval mean = Bootstrap.Percentile(losses.Length, rows => { var sum = 0.0; foreach (var r in rows) sum += losses[r]; return sum / rows.Length; }, seed: 7);
/// Console.WriteLine(mean.Estimate); // 0.3375
/// Interval skewed = Bootstrap.BiasCorrectedAccelerated(losses.Length, rows => { var sum = 0.0; foreach (var r in rows) sum += losses[r]; return sum / rows.Length; }, seed: 7);
/// Console.WriteLine(skewed.Contains(0.3375)); // True
/// </code></example>
public static class Bootstrap
{
    private const int Jackknife = 1000;

    /// <summary>The percentile interval: the middle of the resampled values.</summary>
    /// <param name="count">The number of rows, at least 1.</param>
    /// <param name="statistic">The statistic of some rows, given by their numbers; called on one thread.</param>
    /// <param name="seed">Where the random sequence starts.</param>
    /// <param name="resamples">At least 10; 1,000 by default.</param>
    /// <param name="confidence">Between 0 and 1; 0.95 by default.</param>
    /// <exception cref="MLOpsInvalidException">A number is out of range.</exception>
    public static Interval Percentile(int count, Func<ReadOnlySpan<int>, double> statistic, ulong seed, int resamples = 1000, double confidence = 0.95)
    {
        var (estimate, values) = Draw(count, statistic, seed, resamples, confidence);
        return OfResamples(estimate, values, resamples, confidence);
    }

    /// <summary>
    /// The bias-corrected and accelerated interval (Efron 1987): second-order accurate, and unchanged by any increasing map of the statistic. The acceleration comes from a jackknife
    /// of rows, or of 1,000 blocks of neighbouring rows when there are more.
    /// </summary>
    /// <inheritdoc cref="Percentile" path="/param"/>
    /// <exception cref="MLOpsInvalidException">A number is out of range.</exception>
    public static Interval BiasCorrectedAccelerated(int count, Func<ReadOnlySpan<int>, double> statistic, ulong seed, int resamples = 1000, double confidence = 0.95)
    {
        var (estimate, values) = Draw(count, statistic, seed, resamples, confidence);
        if (values.Length < resamples / 2.0 || double.IsNaN(estimate)) return new(estimate, double.NaN, double.NaN, confidence);
        var below = (values.Count(v => v < estimate) + values.Count(v => v == estimate) / 2.0) / values.Length;
        // All resamples on one side: the correction has no finite value.
        if (below is 0 or 1) return OfResamples(estimate, values, resamples, confidence);
        double bias = StandardNormal.Quantile(below), acceleration = Acceleration(count, statistic), z = StandardNormal.TwoSided(confidence);
        double Corrected(double limit) => StandardNormal.Below(bias + (bias + limit) / (1 - acceleration * (bias + limit)));
        return new(estimate, Quantile.OfSorted(values, Corrected(-z)), Quantile.OfSorted(values, Corrected(z)), confidence);
    }

    internal static Interval OfResamples(double estimate, double[] sorted, int resamples, double confidence) =>
        sorted.Length < resamples / 2.0 || double.IsNaN(estimate)
            ? new(estimate, double.NaN, double.NaN, confidence)
            : new(estimate, Quantile.OfSorted(sorted, (1 - confidence) / 2), Quantile.OfSorted(sorted, (1 + confidence) / 2), confidence);

    internal static void Check(int resamples, double confidence)
    {
        Rows.Confidence(confidence);
        if (resamples < 10) throw new MLOpsInvalidException($"resamples is {resamples}: it must be at least 10.");
    }

    private static (double Estimate, double[] Sorted) Draw(int count, Func<ReadOnlySpan<int>, double> statistic, ulong seed, int resamples, double confidence)
    {
        ArgumentNullException.ThrowIfNull(statistic);
        Check(resamples, confidence);
        if (count < 1) throw new MLOpsInvalidException($"count is {count}: there must be at least one row.");
        var random = new SplitMix(seed);
        var rows = new int[count];
        for (var i = 0; i < count; i++) rows[i] = i;
        var estimate = statistic(rows);
        var values = new List<double>(resamples);
        for (var resample = 0; resample < resamples; resample++)
        {
            for (var i = 0; i < count; i++) rows[i] = (int)random.Below((ulong)count);
            var value = statistic(rows);
            if (!double.IsNaN(value)) values.Add(value);
        }

        values.Sort();
        return (estimate, [.. values]);
    }

    private static double Acceleration(int count, Func<ReadOnlySpan<int>, double> statistic)
    {
        var blocks = Math.Min(count, Jackknife);
        var rows = new int[count];
        var values = new List<double>(blocks);
        for (var block = 0; block < blocks; block++)
        {
            int from = (int)((long)block * count / blocks), to = (int)((long)(block + 1) * count / blocks), kept = 0;
            for (var i = 0; i < count; i++)
            {
                if (i < from || i >= to) rows[kept++] = i;
            }

            if (kept == 0) continue;
            var value = statistic(rows.AsSpan(0, kept));
            if (double.IsFinite(value)) values.Add(value);
        }

        double mean = values.DefaultIfEmpty(0).Average(), cubes = values.Sum(v => Math.Pow(mean - v, 3)), squares = values.Sum(v => (mean - v) * (mean - v));
        return squares == 0 ? 0 : cubes / (6 * Math.Pow(squares, 1.5));
    }
}
