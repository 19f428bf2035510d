namespace MLOps.Statistics;

public static partial class Divergence
{
    /// <summary>The total variation distance, 0..1: half the sum of |p - q|, the share of rows that would have to change their bin.</summary>
    /// <example><code>
    /// Console.WriteLine(Divergence.TotalVariation([50, 30, 20], [20, 30, 50])); // 0.3
    /// </code></example>
    /// <param name="reference">Counts per bin.</param>
    /// <param name="current">Counts of the same bins.</param>
    public static double TotalVariation(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        var (n, m) = Totals(reference, current);
        if (n == 0 || m == 0) return double.NaN;
        var sum = 0.0;
        for (var i = 0; i < reference.Length; i++) sum += Math.Abs(reference[i] / n - current[i] / m);
        return sum / 2;
    }

    /// <summary>The L-infinity distance, 0..1: the largest |p - q| of one bin.</summary>
    /// <example><code>
    /// Console.WriteLine(Divergence.LInfinity([50, 30, 20], [20, 40, 40])); // 0.3
    /// </code></example>
    /// <param name="reference">Counts per bin.</param>
    /// <param name="current">Counts of the same bins.</param>
    public static double LInfinity(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        var (n, m) = Totals(reference, current);
        if (n == 0 || m == 0) return double.NaN;
        var largest = 0.0;
        for (var i = 0; i < reference.Length; i++) largest = Math.Max(largest, Math.Abs(reference[i] / n - current[i] / m));
        return largest;
    }
}
