namespace MLOps.Statistics;

/// <summary>
/// Adjusts the p-values of tests that are read together, so that a stated error rate holds for the family: reject where the adjusted p-value is at most the level.
/// </summary>
/// <remarks>The result has the order of the input. NaN (a test that could say nothing) stays NaN and is not counted among the tests. O(n log n).</remarks>
/// <example><code>
/// double[] p = [0.01, 0.02, 0.03, 0.5];
/// Console.WriteLine(MultipleTesting.BenjaminiHochberg(p)[0]); // 0.04
/// Console.WriteLine(MultipleTesting.BenjaminiYekutieli(p)[0]); // 0.0833 = 0.04 * (1 + 1/2 + 1/3 + 1/4)
/// Console.WriteLine(MultipleTesting.Holm(p)[1]); // 0.06
/// Console.WriteLine(MultipleTesting.Bonferroni(p)[3]); // 1
/// </code></example>
public static class MultipleTesting
{
    /// <summary>Controls the expected share of false discoveries among independent or positively dependent tests (Benjamini and Hochberg 1995).</summary>
    /// <param name="pValues">p-values, each 0..1 or NaN.</param>
    public static double[] BenjaminiHochberg(ReadOnlySpan<double> pValues) => StepUp(pValues, _ => 1);

    /// <summary>The same under any dependence, at the price of a factor of 1 + 1/2 + ... + 1/n (Benjamini and Yekutieli 2001).</summary>
    /// <param name="pValues">p-values, each 0..1 or NaN.</param>
    public static double[] BenjaminiYekutieli(ReadOnlySpan<double> pValues) => StepUp(pValues, count =>
    {
        var harmonic = 0.0;
        for (var i = count; i >= 1; i--) harmonic += 1.0 / i;
        return harmonic;
    });

    /// <summary>Controls the probability of any false rejection, under any dependence (Holm 1979). Never weaker than <see cref="Bonferroni"/>.</summary>
    /// <param name="pValues">p-values, each 0..1 or NaN.</param>
    public static double[] Holm(ReadOnlySpan<double> pValues)
    {
        var order = Ascending(pValues);
        var adjusted = pValues.ToArray();
        var largest = 0.0;
        for (var rank = 0; rank < order.Length; rank++)
            adjusted[order[rank]] = largest = Math.Max(largest, Math.Min(1, adjusted[order[rank]] * (order.Length - rank)));
        return adjusted;
    }

    /// <summary>Every p-value times the number of tests, at most 1.</summary>
    /// <param name="pValues">p-values, each 0..1 or NaN.</param>
    public static double[] Bonferroni(ReadOnlySpan<double> pValues)
    {
        var count = Ascending(pValues).Length;
        var adjusted = pValues.ToArray();
        for (var i = 0; i < adjusted.Length; i++) adjusted[i] = Math.Min(1, adjusted[i] * count);
        return adjusted;
    }

    private static double[] StepUp(ReadOnlySpan<double> pValues, Func<int, double> factor)
    {
        var order = Ascending(pValues);
        var adjusted = pValues.ToArray();
        var scale = factor(order.Length) * order.Length;
        var smallest = 1.0;
        for (var rank = order.Length; rank >= 1; rank--)
            adjusted[order[rank - 1]] = smallest = Math.Min(smallest, adjusted[order[rank - 1]] * scale / rank);
        return adjusted;
    }

    private static int[] Ascending(ReadOnlySpan<double> pValues)
    {
        var order = new List<int>(pValues.Length);
        for (var i = 0; i < pValues.Length; i++)
        {
            if (pValues[i] is < 0 or > 1) throw new MLOpsInvalidException($"The p-value at position {i} is {pValues[i]}: a p-value is between 0 and 1, or NaN.");
            if (!double.IsNaN(pValues[i])) order.Add(i);
        }

        var keys = pValues.ToArray();
        return [.. order.OrderBy(i => keys[i])];
    }
}
