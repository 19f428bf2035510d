namespace MLOps.Statistics;

public static partial class Divergence
{
    /// <summary>
    /// The Kullback-Leibler divergence of the reference from the current sample: sum of p ln(p / q), at least 0, in nats (Kullback and Leibler 1951).
    /// </summary>
    /// <remarks>
    /// Empty shares count as <see cref="EmptyShare"/> (also where both samples lack the bin), after which p and q are each divided by their sum: the result is finite, and it
    /// depends a little on how many empty bins are listed. Not symmetric: swap the arguments for the other direction; for a symmetric form see
    /// <see cref="JensenShannon"/> and <see cref="PopulationStability"/>. 0 for equal shares; an empty sample gives NaN. O(k).
    /// </remarks>
    /// <example><code>
    /// Console.WriteLine(Divergence.KullbackLeibler([50, 50], [75, 25])); // 0.1438 = 0.5 ln(0.5/0.75) + 0.5 ln(0.5/0.25)
    /// </code></example>
    /// <param name="reference">Counts per bin: p.</param>
    /// <param name="current">Counts of the same bins: q.</param>
    /// <exception cref="MLOpsInvalidException">The lengths differ or a count is negative.</exception>
    public static double KullbackLeibler(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        var (n, m) = Totals(reference, current);
        if (n == 0 || m == 0) return double.NaN;
        double totalP = 0, totalQ = 0, sum = 0;
        for (var i = 0; i < reference.Length; i++)
        {
            totalP += Share(reference[i], n);
            totalQ += Share(current[i], m);
        }

        for (var i = 0; i < reference.Length; i++)
        {
            double p = Share(reference[i], n) / totalP, q = Share(current[i], m) / totalQ;
            if (p != q) sum += p * Math.Log(p / q);
        }

        return Math.Max(0, sum);

        static double Share(long count, double total) => count == 0 ? EmptyShare : count / total;
    }
}
