namespace MLOps.Statistics;

/// <summary>The tolerances of the reference values.</summary>
internal static class Near
{
    public static void Statistic(double actual, double expected, string what) =>
        Assert.That(Math.Abs(actual - expected), Is.LessThanOrEqualTo(1e-9 * Math.Max(Math.Abs(expected), 1e-6)), $"{what}: {actual:R}, expected {expected:R}");

    public static void PValue(double actual, double expected, string what) =>
        Assert.That(Math.Abs(actual - expected), Is.LessThanOrEqualTo(expected < 1e-8 ? 1e-12 : 1e-6 * expected), $"{what}: {actual:R}, expected {expected:R}");
}
