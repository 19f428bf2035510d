namespace MLOps.Statistics;

public static partial class TwoSample
{
    /// <summary>Welch's t-test: do the means differ, when the variances may differ too? <see cref="TestResult.EffectSize"/> is <see cref="CohensD(ReadOnlySpan{double}, ReadOnlySpan{double})"/>.</summary>
    /// <remarks>
    /// t = (mean of reference - mean of current) / sqrt(s1^2/n + s2^2/m), two-sided p from Student's t with the Welch-Satterthwaite degrees of freedom
    /// (s1^2/n + s2^2/m)^2 / ((s1^2/n)^2/(n-1) + (s2^2/m)^2/(m-1)) (Welch 1947). Only finite values take part. A sample of one value has no spread to judge by, and equal
    /// constants have nothing to tell: statistic 0, p 1. Two different constants: the statistic is plus or minus <see cref="double.MaxValue"/>, p 0. Any finite values,
    /// also 1e308, are scaled so that nothing overflows. O(n). Few values from a skewed distribution: prefer <see cref="MannWhitney"/>.
    /// </remarks>
    /// <example><code>
    /// TestResult test = TwoSample.WelchT([1.0, 2, 3], [3.0, 4, 5]);
    /// Console.WriteLine(test.Statistic); // -2.449 = -2 / sqrt(2/3)
    /// </code></example>
    /// <param name="reference">The reference values.</param>
    /// <param name="current">The current values.</param>
    public static TestResult WelchT(ReadOnlySpan<double> reference, ReadOnlySpan<double> current)
    {
        var (a, b) = ScaledMoments(reference, current);
        return WelchT(a, b);
    }

    /// <summary><see cref="WelchT(ReadOnlySpan{double}, ReadOnlySpan{double})"/> from moments, so from any merge of windows. Moments that overflowed give an inconclusive result.</summary>
    /// <param name="reference">The moments of the reference.</param>
    /// <param name="current">The moments of the current sample.</param>
    public static TestResult WelchT(Moments reference, Moments current)
    {
        var (n, m) = (reference.Count, current.Count);
        if (n == 0 || m == 0 || !IsUsable(reference) || !IsUsable(current)) return TestResult.Empty(n, m);
        double v = n > 1 ? reference.Variance() / n : 0, w = m > 1 ? current.Variance() / m : 0, error = v + w;
        var difference = reference.Mean - current.Mean;
        var effect = CohensD(reference, current);
        if (n < 2 || m < 2 || difference == 0) return new(0, 1, n, m) { EffectSize = effect };
        if (error == 0) return new(Math.CopySign(double.MaxValue, difference), 0, n, m) { EffectSize = effect };
        var t = Math.Clamp(difference / Math.Sqrt(error), -double.MaxValue, double.MaxValue);
        double shareV = v / error, shareW = w / error;
        return new(t, SpecialTail.TwoSidedStudent(t, 1 / (shareV * shareV / (n - 1) + shareW * shareW / (m - 1))), n, m) { EffectSize = effect };
    }

    /// <summary>Cohen's d: (mean of current - mean of reference) / pooled standard deviation; positive when values grew. About 0.2 is small, 0.8 large.</summary>
    /// <remarks>
    /// The pooled variance is ((n-1) s1^2 + (m-1) s2^2) / (n + m - 2) (Cohen 1988, eq. 2.5.1). Only finite values take part. Equal means: 0; different means without any
    /// spread: plus or minus <see cref="double.MaxValue"/>; an empty sample: NaN. Swapping the samples changes the sign. O(n).
    /// </remarks>
    /// <example><code>
    /// Console.WriteLine(TwoSample.CohensD([1.0, 2, 3], [3.0, 4, 5])); // 2
    /// </code></example>
    /// <param name="reference">The reference values.</param>
    /// <param name="current">The current values.</param>
    public static double CohensD(ReadOnlySpan<double> reference, ReadOnlySpan<double> current)
    {
        var (a, b) = ScaledMoments(reference, current);
        return CohensD(a, b);
    }

    /// <summary><see cref="CohensD(ReadOnlySpan{double}, ReadOnlySpan{double})"/> from moments. Moments that overflowed give NaN.</summary>
    /// <param name="reference">The moments of the reference.</param>
    /// <param name="current">The moments of the current sample.</param>
    public static double CohensD(Moments reference, Moments current)
    {
        if (reference.Count == 0 || current.Count == 0 || !IsUsable(reference) || !IsUsable(current)) return double.NaN;
        var difference = current.Mean - reference.Mean;
        if (difference == 0) return 0;
        var pooled = (reference.SumOfSquares + current.SumOfSquares) / Math.Max(1, (double)reference.Count + current.Count - 2);
        return Math.Clamp(difference / Math.Sqrt(pooled), -double.MaxValue, double.MaxValue);
    }

    private static bool IsUsable(Moments moments) => double.IsFinite(moments.Mean) && double.IsFinite(moments.SumOfSquares);

    // t and d have no unit: values whose squares would leave the range of a double are first multiplied by one power of two.
    private static (Moments Reference, Moments Current) ScaledMoments(ReadOnlySpan<double> reference, ReadOnlySpan<double> current)
    {
        Moments a = Moments.Of(reference), b = Moments.Of(current);
        if (a.Count == 0 || b.Count == 0) return (a, b);
        var largest = Math.Max(Math.Max(Math.Abs(a.Min), Math.Abs(a.Max)), Math.Max(Math.Abs(b.Min), Math.Abs(b.Max)));
        if (largest is 0 or (> 1e-100 and < 1e140)) return (a, b);
        var exponent = -Math.ILogB(largest);
        return (Scaled(reference), Scaled(current));

        Moments Scaled(ReadOnlySpan<double> values)
        {
            var scaled = new double[values.Length];
            for (var i = 0; i < scaled.Length; i++) scaled[i] = Math.ScaleB(values[i], exponent);
            return Moments.Of(scaled);
        }
    }
}
