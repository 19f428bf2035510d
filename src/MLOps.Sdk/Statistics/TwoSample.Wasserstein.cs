namespace MLOps.Statistics;

public static partial class TwoSample
{
    /// <summary>The smallest standard deviation that a Wasserstein distance is divided by, so that a constant reference gives a finite result.</summary>
    public const double SmallestNorm = 0.001;

    /// <summary>
    /// The Wasserstein-1 (earth mover's) distance in the data's unit: the area between the two empirical distribution functions (Vallender 1974).
    /// </summary>
    /// <remarks>
    /// Symmetric, 0 exactly for equal samples, O(n log n). Positive infinity when the samples hold different shares of an infinity; NaN when one is empty.
    /// </remarks>
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
    /// <param name="reference">The reference values, in any order.</param>
    /// <param name="current">The current values, in any order.</param>
    public static double NormedWasserstein(ReadOnlySpan<double> reference, ReadOnlySpan<double> current)
    {
        using var a = SortedSample.Of(reference);
        using var b = SortedSample.Of(current);
        return CdfGaps.Of(a.Values, b.Values).Area / NormOf(a.Values);
    }

    private static double NormOf(ReadOnlySpan<double> sorted)
    {
        var deviation = Moments.Of(sorted).StandardDeviation(0);
        return deviation > SmallestNorm ? deviation : SmallestNorm;
    }
}
