namespace MLOps.Statistics;

public static partial class TwoSample
{
    /// <summary>The energy test of equal distributions: <see cref="TestResult.Statistic"/> is <see cref="EnergyDistance"/>, p from random relabellings of the pooled sample.</summary>
    /// <remarks>
    /// Szekely and Rizzo 2004. The relabellings are seeded, and the level is kept exactly, with ties, heavy tails and few values too. Sees every kind of difference, and far values
    /// more than a rank test does. Only finite values take part; an empty sample is inconclusive, one constant gives p 1. O(n log n) and then O(n + m) per relabelling: 999 of
    /// them about 5 ms for 1,000 values.
    /// </remarks>
    /// <example><code>
    /// TestResult test = TwoSample.EnergyTest([1.0, 2, 3, 4, 5, 6], [7.0, 8, 9, 10, 11, 12]);
    /// Console.WriteLine(test.PValue &lt; 0.02); // True
    /// </code></example>
    /// <param name="reference">The reference values, in any order.</param>
    /// <param name="current">The current values, in any order.</param>
    /// <param name="permutations">How many relabellings and from which seed; null for the defaults.</param>
    /// <exception cref="MLOpsInvalidException">The number of relabellings is out of range.</exception>
    public static TestResult EnergyTest(ReadOnlySpan<double> reference, ReadOnlySpan<double> current, PermutationOptions? permutations = null)
    {
        var options = (permutations ?? PermutationOptions.Default).Checked();
        double[] a = Finite(reference), b = Finite(current);
        if (a.Length == 0 || b.Length == 0) return TestResult.Empty(a.Length, b.Length);
        a.AsSpan().Sort();
        b.AsSpan().Sort();
        var statistic = EnergyDistance(a, b);
        double[] pooled = [.. a, .. b];
        pooled.AsSpan().Sort();
        // Slices between neighbours, in quarters of the range: 1e308 - -1e308 does not overflow.
        var range = pooled[^1] / 4 - pooled[0] / 4;
        if (range == 0) return new(statistic, 1, a.Length, b.Length);
        var widths = new double[pooled.Length - 1];
        for (var i = 0; i < widths.Length; i++) widths[i] = (pooled[i + 1] / 4 - pooled[i] / 4) / range;
        var isReference = new bool[pooled.Length];
        for (int i = 0, j = 0; i < pooled.Length; i++)
            if (j < a.Length && a[j] == pooled[i]) (isReference[i], j) = (true, j + 1);
        return new(statistic, Permutation.PValue(isReference, options, labels => Area(labels, widths, a.Length, b.Length)), a.Length, b.Length);
    }

    // The integral of the squared gap. Among equal values the width is 0, so that their order does not matter.
    private static double Area(ReadOnlySpan<bool> isReference, ReadOnlySpan<double> widths, double n, double m)
    {
        double gap = 0, area = 0, up = 1 / n, down = 1 / m;
        for (var i = 0; i < widths.Length; i++)
        {
            gap += isReference[i] ? up : -down;
            area += gap * gap * widths[i];
        }

        return area;
    }

    private static double[] Finite(ReadOnlySpan<double> values)
    {
        var kept = new List<double>(values.Length);
        foreach (var value in values)
            if (double.IsFinite(value)) kept.Add(value + 0.0);
        return [.. kept];
    }
}
