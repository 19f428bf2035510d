using MathNet.Numerics.Distributions;

namespace MLOps.Statistics;

/// <summary>What one more value of the same kind stays below.</summary>
internal static class PredictionLimit
{
    /// <summary>
    /// The upper limit for one further value: mean + t sd sqrt(1 + 1/n) with Student's quantile of n - 1 degrees of freedom (Hahn 1970). With few values it lies far above three standard
    /// deviations, because these are then not known well. Fewer than two values: infinity.
    /// </summary>
    public static double Upper(ReadOnlySpan<double> values, double probability)
    {
        var moments = Moments.Of(values);
        if (moments.Count < 2) return double.PositiveInfinity;
        var deviation = moments.StandardDeviation();
        return deviation == 0 ? moments.Mean : moments.Mean + StudentT.InvCDF(0, 1, moments.Count - 1, probability) * deviation * Math.Sqrt(1 + 1.0 / moments.Count);
    }
}
