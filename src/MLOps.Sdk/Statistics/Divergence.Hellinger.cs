namespace MLOps.Statistics;

public static partial class Divergence
{
    /// <summary>The Hellinger distance, 0..1: sqrt(sum (sqrt p - sqrt q)^2 / 2) (Hellinger 1909).</summary>
    /// <example><code>
    /// Console.WriteLine(Divergence.Hellinger([10, 0], [0, 10])); // 1: nothing in common
    /// </code></example>
    /// <param name="reference">Counts per bin.</param>
    /// <param name="current">Counts of the same bins.</param>
    public static double Hellinger(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        var (n, m) = Totals(reference, current);
        if (n == 0 || m == 0) return double.NaN;
        var sum = 0.0;
        for (var i = 0; i < reference.Length; i++)
        {
            var gap = Math.Sqrt(reference[i] / n) - Math.Sqrt(current[i] / m);
            sum += gap * gap;
        }

        return Math.Sqrt(sum / 2);
    }
}
