namespace MLOps.Statistics;

public static partial class TwoSample
{
    /// <summary>The smallest standard deviation that a Wasserstein distance is divided by, so that a constant reference gives a finite result.</summary>
    public const double SmallestNorm = 0.001;

    /// <summary>
    /// The Wasserstein-1 (earth mover's) distance in the data's unit: the area between the two empirical distribution functions (Vallender 1974).
    /// </summary>
    /// <remarks>
    /// Symmetric, 0 exactly for equal samples, O(n log n). Positive infinity when the samples hold different shares of an infinity, and only then: a distance beyond the largest double
    /// is given as that. NaN when one is empty.
    /// </remarks>
    /// <example><code>
    /// Console.WriteLine(TwoSample.Wasserstein([0.0, 1, 3], [5.0, 6, 8])); // 5: everything moved by 5
    /// </code></example>
    /// <param name="reference">The reference values, in any order.</param>
    /// <param name="current">The current values, in any order.</param>
    public static double Wasserstein(ReadOnlySpan<double> reference, ReadOnlySpan<double> current)
    {
        using var a = SortedSample.Of(reference);
        using var b = SortedSample.Of(current);
        return CdfGaps.Of(a.Values, b.Values).Area;
    }

    /// <summary>
    /// <see cref="Wasserstein"/> divided by max(standard deviation of the reference with divisor n, <see cref="SmallestNorm"/>): how far the mass moved, in standard
    /// deviations. Not symmetric, because the reference gives the unit.
    /// </summary>
    /// <example><code>
    /// Console.WriteLine(TwoSample.NormedWasserstein([-1.0, 1], [0.0, 2])); // 1: everything moved by one standard deviation
    /// </code></example>
    /// <param name="reference">The reference values, in any order.</param>
    /// <param name="current">The current values, in any order.</param>
    public static double NormedWasserstein(ReadOnlySpan<double> reference, ReadOnlySpan<double> current)
    {
        using var a = SortedSample.Of(reference);
        using var b = SortedSample.Of(current);
        return Normed(CdfGaps.Of(a.Values, b.Values).Area, a.Values);
    }

    private static double Normed(double area, ReadOnlySpan<double> sorted)
    {
        var normed = area / NormOf(sorted);
        return double.IsInfinity(normed) && double.IsFinite(area) ? double.MaxValue : normed;
    }

    private static double NormOf(ReadOnlySpan<double> sorted)
    {
        var moments = Moments.Of(sorted);
        var deviation = moments.StandardDeviation(0);
        // From about 1e150 on the squares overflow: in a smaller unit they do not.
        if (double.IsInfinity(deviation))
        {
            var exponent = Math.ILogB(Math.Max(Math.Abs(moments.Min), Math.Abs(moments.Max)));
            deviation = Math.ScaleB(Moments.Of([.. sorted.ToArray().Select(value => Math.ScaleB(value, -exponent))]).StandardDeviation(0), exponent);
        }

        return deviation > SmallestNorm ? deviation : SmallestNorm;
    }
}
