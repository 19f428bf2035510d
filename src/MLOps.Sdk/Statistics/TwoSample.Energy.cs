namespace MLOps.Statistics;

public static partial class TwoSample
{
    /// <summary>The energy distance: sqrt(2 E|X - Y| - E|X - X'| - E|Y - Y'|), in the square root of the data's unit.</summary>
    /// <remarks>
    /// Computed as sqrt(2 * integral of the squared gap between the two empirical distribution functions) (Cramer 1928; Szekely 2002), as SciPy's <c>energy_distance</c>.
    /// Symmetric, 0 exactly for equal samples, and 0 only then; unlike Wasserstein it grows with the square root of a large shift. O(n log n). Positive infinity when the
    /// samples hold different shares of an infinity; NaN when one is empty.
    /// </remarks>
    /// <example><code>
    /// Console.WriteLine(TwoSample.EnergyDistance([0.0, 0.0], [2.0, 2.0])); // 2 = sqrt(2 * 2)
    /// </code></example>
    /// <param name="reference">The reference values, in any order.</param>
    /// <param name="current">The current values, in any order.</param>
    public static double EnergyDistance(ReadOnlySpan<double> reference, ReadOnlySpan<double> current)
    {
        using var sortedA = SortedSample.Of(reference);
        using var sortedB = SortedSample.Of(current);
        ReadOnlySpan<double> a = sortedA.Values, b = sortedB.Values;
        if (a.IsEmpty || b.IsEmpty) return double.NaN;
        double n = a.Length, m = b.Length, last = 0, area = 0, lost = 0, gap = 0;
        for (int i = 0, j = 0; i < a.Length || j < b.Length;)
        {
            var x = j == b.Length || (i < a.Length && a[i] <= b[j]) ? a[i] : b[j];
            if (gap != 0)
            {
                // Quarters, so that 1e308 - -1e308 does not overflow; Kahan's sum.
                var slice = gap * gap * (x / 4 - last / 4) - lost;
                var sum = area + slice;
                lost = double.IsFinite(sum) ? sum - area - slice : 0;
                area = sum;
            }

            for (; i < a.Length && a[i] == x; i++) { }
            for (; j < b.Length && b[j] == x; j++) { }
            last = x;
            // Whole numbers first: equal shares must give exactly 0.
            gap = i * m == j * n ? 0 : (i * m - j * n) / (n * m);
        }

        return 2 * Math.Sqrt(2) * Math.Sqrt(area);
    }
}
