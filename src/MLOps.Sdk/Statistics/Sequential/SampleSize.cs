namespace MLOps.Statistics;

/// <summary>How many rows each of two equally large arms needs. Normal approximation, rounded up; O(1).</summary>
/// <remarks>Formulas: Fleiss, Levin and Paik 2003 (shares); Guenther 1981 (means); Blackwelder 1982 (non-inferiority). An answer above 9e18 is <see cref="long.MaxValue"/>.</remarks>
/// <example><code>
/// long errors = SampleSize.TwoProportions(0.02, 0.04, power: 0.8);    // 1,141 in each arm, to see errors double
/// long means = SampleSize.TwoMeans(effect: 0.5, power: 0.8);          // 64 in each arm
/// long safe = SampleSize.NonInferiority(0.9, 0.9, margin: 0.05, alpha: 0.025, power: 0.9);    // 757 rows
/// </code></example>
public static class SampleSize
{
    /// <summary>Rows per arm to see that two shares differ, by the pooled z-test: n = (z_a sqrt(2 m (1-m)) + z_b sqrt(p(1-p) + q(1-q)))^2 / (p-q)^2, m = (p+q)/2, two-sided.</summary>
    /// <param name="first">One share, 0..1.</param>
    /// <param name="second">The other, different from it.</param>
    /// <param name="alpha">The two-sided level, between 0 and 1; 0.05 by default.</param>
    /// <param name="power">The chance of seeing the difference, between 0 and 1; 0.8 by default.</param>
    /// <exception cref="MLOpsInvalidException">A number is out of range, or the shares are equal.</exception>
    public static long TwoProportions(double first, double second, double alpha = 0.05, double power = 0.8)
    {
        Share(first, nameof(first));
        Share(second, nameof(second));
        if (first == second) throw new MLOpsInvalidException($"Both shares are {first}: they must differ.");
        double a = StandardNormal.TwoSided(1 - Rows.Open(alpha, nameof(alpha))), b = Power(power), mean = (first + second) / 2;
        var root = a * Math.Sqrt(2 * mean * (1 - mean)) + b * Math.Sqrt(first * (1 - first) + second * (1 - second));
        return Up(root * root / ((first - second) * (first - second)));
    }

    /// <summary>Rows per arm to see that two means differ, by the t-test: n = 2 (z_a + z_b)^2 / effect^2 + z_a^2 / 4, two-sided (the last term is Guenther's correction for the unknown variance).</summary>
    /// <param name="effect">The difference in standard deviations (Cohen's d), not 0.</param>
    /// <param name="alpha">The two-sided level, between 0 and 1; 0.05 by default.</param>
    /// <param name="power">The chance of seeing the difference, between 0 and 1; 0.8 by default.</param>
    /// <exception cref="MLOpsInvalidException">A number is out of range.</exception>
    public static long TwoMeans(double effect, double alpha = 0.05, double power = 0.8)
    {
        if (effect == 0 || !double.IsFinite(effect)) throw new MLOpsInvalidException($"effect is {effect}: it must be finite and not 0.");
        double a = StandardNormal.TwoSided(1 - Rows.Open(alpha, nameof(alpha))), b = Power(power);
        return Up(2 * (a + b) * (a + b) / (effect * effect) + a * a / 4);
    }

    /// <summary>Rows per arm to show that a candidate's share of successes is not lower than the champion's by the margin: n = (z_a + z_b)^2 (p(1-p) + q(1-q)) / (p - q + margin)^2, one-sided.</summary>
    /// <param name="candidate">The candidate's assumed share of successes, 0..1.</param>
    /// <param name="champion">The champion's, 0..1.</param>
    /// <param name="margin">The loss that would be too much, between 0 and 1; the candidate must be better than champion - margin.</param>
    /// <param name="alpha">The one-sided level, between 0 and 1; 0.05 by default.</param>
    /// <param name="power">The chance of showing it, between 0 and 1; 0.8 by default.</param>
    /// <exception cref="MLOpsInvalidException">A number is out of range, or the assumed loss is not below the margin.</exception>
    public static long NonInferiority(double candidate, double champion, double margin, double alpha = 0.05, double power = 0.8)
    {
        Share(candidate, nameof(candidate));
        Share(champion, nameof(champion));
        var room = candidate - champion + Rows.Open(margin, nameof(margin));
        if (room <= 0) throw new MLOpsInvalidException($"A candidate at {candidate} against {champion} is worse by the margin of {margin} or more: no number of rows shows the opposite.");
        var z = -StandardNormal.Quantile(Rows.Open(alpha, nameof(alpha))) + Power(power);
        return Up(z * z * (candidate * (1 - candidate) + champion * (1 - champion)) / (room * room));
    }

    private static double Power(double power) => StandardNormal.Quantile(Rows.Open(power, nameof(power)));

    private static void Share(double share, string name)
    {
        if (share is not (>= 0 and <= 1)) throw new MLOpsInvalidException($"{name} is {share}: it must be 0 to 1.");
    }

    private static long Up(double rows) => rows >= 9e18 ? long.MaxValue : Math.Max(1, (long)Math.Ceiling(rows));
}
