namespace MLOps.Statistics;

public static partial class Divergence
{
    /// <summary>
    /// The Jensen-Shannon distance: the square root of the mean Kullback-Leibler divergence of p and q from their average (Lin 1991; a metric: Endres and Schindelin
    /// 2003). With base 2 in 0..1; with base e in 0..sqrt(ln 2). Empty bins need no smoothing.
    /// </summary>
    /// <example><code>
    /// Console.WriteLine(Divergence.JensenShannon([60, 40], [40, 60])); // 0.1704
    /// Console.WriteLine(Divergence.JensenShannon([10, 0], [0, 10])); // 1
    /// </code></example>
    /// <param name="reference">Counts per bin.</param>
    /// <param name="current">Counts of the same bins.</param>
    /// <param name="logBase">The base of the logarithm, above 1: 2 by default; <see cref="Math.E"/> for nats.</param>
    public static double JensenShannon(ReadOnlySpan<long> reference, ReadOnlySpan<long> current, double logBase = 2)
    {
        if (!(logBase > 1)) throw new MLOpsInvalidException($"The base of the logarithm is {logBase}: it must be above 1.");
        var (n, m) = Totals(reference, current);
        if (n == 0 || m == 0) return double.NaN;
        var sum = 0.0;
        for (var i = 0; i < reference.Length; i++)
        {
            double p = reference[i] / n, q = current[i] / m, middle = (p + q) / 2;
            if (p == q) continue;
            if (p > 0) sum += p * Math.Log(p / middle);
            if (q > 0) sum += q * Math.Log(q / middle);
        }

        return Math.Sqrt(Math.Max(0, sum / 2) / Math.Log(logBase));
    }
}
