using MathNet.Numerics;

namespace MLOps.Statistics;

/// <summary>The standard normal distribution.</summary>
internal static class StandardNormal
{
    /// <summary>The value below which a share p of the distribution lies; 0 &lt; p &lt; 1.</summary>
    public static double Quantile(double p) => -Math.Sqrt(2) * SpecialFunctions.ErfcInv(2 * p);

    /// <summary>The share of the distribution below z.</summary>
    public static double Below(double z) => SpecialFunctions.Erfc(-z / Math.Sqrt(2)) / 2;

    /// <summary>The z of a two-sided interval of some confidence: 1.96 for 0.95.</summary>
    public static double TwoSided(double confidence) => -Quantile((1 - confidence) / 2);
}
