namespace MLOps.Statistics;

public static partial class Divergence
{
    /// <summary>The share that stands in for an empty bin in the population stability index.</summary>
    public const double EmptyShare = 1e-4;

    /// <summary>
    /// The population stability index: sum of (p - q) ln(p / q) over the bins (the symmetrised Kullback-Leibler divergence; Lewis 1994), at least 0, in nats.
    /// Empty shares count as <see cref="EmptyShare"/> and nothing is renormalised. Bins that both samples lack add nothing.
    /// </summary>
    /// <example><code>
    /// Console.WriteLine(Divergence.PopulationStability([60, 40], [40, 60])); // 0.1622 = 2 * 0.2 ln 1.5
    /// </code></example>
    /// <param name="reference">Counts per bin.</param>
    /// <param name="current">Counts of the same bins.</param>
    public static double PopulationStability(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        var (n, m) = Totals(reference, current);
        if (n == 0 || m == 0) return double.NaN;
        var sum = 0.0;
        for (var i = 0; i < reference.Length; i++)
        {
            var p = reference[i] == 0 ? EmptyShare : reference[i] / n;
            var q = current[i] == 0 ? EmptyShare : current[i] / m;
            sum += (p - q) * Math.Log(p / q);
        }

        return sum;
    }

    /// <summary>
    /// <see cref="PopulationStability"/> minus what chance alone gives on average. Without drift PSI * nm/(n+m) is about chi-square with B - 1 degrees of freedom
    /// (Yurdakul and Naranjo 2020), so its mean is (B - 1)(1/n + 1/m), B being the bins that at least one sample occupies. May be slightly negative: no sign of drift.
    /// </summary>
    /// <example><code>
    /// Console.WriteLine(Divergence.PopulationStabilityCorrected([60, 40], [40, 60])); // 0.1422 = 0.1622 - (1/100 + 1/100)
    /// </code></example>
    /// <param name="reference">Counts per bin.</param>
    /// <param name="current">Counts of the same bins.</param>
    public static double PopulationStabilityCorrected(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        var (n, m) = Totals(reference, current);
        if (n == 0 || m == 0) return double.NaN;
        var occupied = 0;
        for (var i = 0; i < reference.Length; i++) occupied += reference[i] + current[i] > 0 ? 1 : 0;
        return PopulationStability(reference, current) - (occupied - 1) * (1 / n + 1 / m);
    }
}
