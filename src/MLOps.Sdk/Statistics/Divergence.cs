namespace MLOps.Statistics;

/// <summary>
/// Distances between two distributions over the same bins or categories, given as counts. All are 0 for equal shares, O(k), and symmetric.
/// </summary>
/// <remarks>
/// Shared rules: both spans count the same categories in the same order, with 0 where a sample has none (a new category is a 0 in the reference). An empty sample
/// gives NaN. A distance says how much, not how surely: set a threshold by the window's size, or test with <see cref="TwoSample.ChiSquareHomogeneity"/>.
/// </remarks>
public static partial class Divergence
{
    private static (double Reference, double Current) Totals(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        if (reference.Length != current.Length)
            throw new MLOpsInvalidException($"The reference has {reference.Length} categories and the current sample {current.Length}: count both over the same list, with 0 where a category is missing.");
        double n = 0, m = 0;
        for (var i = 0; i < reference.Length; i++)
        {
            if (reference[i] < 0 || current[i] < 0) throw new MLOpsInvalidException($"The count of category {i} is negative.");
            n += reference[i];
            m += current[i];
        }

        return (n, m);
    }
}
