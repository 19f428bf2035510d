namespace MLOps.Statistics;

/// <summary>The exact distribution of the two-sample Kolmogorov-Smirnov statistic given the ties of the pooled sample.</summary>
/// <remarks>
/// The path of <see cref="KolmogorovSmirnovExact"/> is only looked at after the last of equal values (G. Schroer and D. Trenkler, "Exact and randomization distributions of
/// Kolmogorov-Smirnov tests two or three samples", Computational Statistics and Data Analysis 20, 1995). As a walk of independent steps conditioned on its end: a value that
/// occurs t times moves the count of the reference by Binomial(t, n/N), one convolution within the boundary per distinct value. p is 1 minus what never leaves, good to about
/// 1e-13 absolute: for larger p only.
/// </remarks>
internal static class KolmogorovSmirnovTied
{
    private const double SmallestP = 1e-8, MostSteps = 1e8, Negligible = 1e-20;

    /// <summary>Whether p is large enough for this form to be exact and to matter: below, the form without ties bounds it.</summary>
    public static bool IsWorthwhile(long n, long m, double statistic) => 2 * Math.Exp(-2.0 * n / (n + m) * m * statistic * statistic) > SmallestP;

    /// <summary>P(D >= largest/(nm)), or null when that takes more than some hundred million steps.</summary>
    /// <param name="ties">How often each distinct value occurs in the pooled sample, in order.</param>
    /// <param name="n">The size of the reference.</param>
    /// <param name="m">The size of the current sample.</param>
    /// <param name="largest">The largest |i*m - j*n|, above 0.</param>
    public static double? Tail(ReadOnlySpan<long> ties, int n, int m, long largest)
    {
        int all = checked(n + m), width = (int)Math.Min(n + 1L, 2 * (largest / all) + 3);
        double share = (double)n / all, steps = 0;
        foreach (var t in ties) steps += width * Math.Min(t + 1.0, 20 * Math.Sqrt(t * share * (1 - share)) + 10);
        if (steps > MostSteps) return null;
        double[] inside = new double[width], next = new double[width];
        inside[0] = 1;
        int low = 0, high = 0, seen = 0;
        foreach (var t in ties)
        {
            seen += (int)t;
            // |i*all - seen*n| < largest, since i*m - (seen-i)*n is that; and neither sample gives more than it has.
            var nextLow = (int)Math.Max(FloorDivide((long)seen * n - largest, all) + 1, Math.Max(0, seen - m));
            var nextHigh = (int)Math.Min(-FloorDivide(-((long)seen * n + largest), all) - 1, Math.Min(n, seen));
            if (nextLow > nextHigh) return 1;
            next.AsSpan(0, nextHigh - nextLow + 1).Clear();
            var (first, kernel) = Kernel((int)t, share);
            for (var k = 0; k < kernel.Length; k++)
            {
                // From i to i + first + k.
                var from = Math.Max(low, nextLow - first - k);
                var count = Math.Min(high, nextHigh - first - k) - from + 1;
                if (count > 0) ScaledSum.Add(inside.AsSpan(from - low, count), kernel[k], next.AsSpan(from + first + k - nextLow, count));
            }

            (inside, next, low, high) = (next, inside, nextLow, nextHigh);
        }

        return Math.Clamp(1 - inside[n - low] / SpecialTail.Binomial(n, all, share), 0, 1);
    }

    // The probabilities of Binomial(t, share), from the first that counts.
    private static (int First, double[] Values) Kernel(int t, double share)
    {
        if (t == 1) return (0, [1 - share, share]);
        var mode = (int)((t + 1) * share);
        var up = new List<double> { SpecialTail.Binomial(mode, t, share) };
        for (var k = mode; k < t && up[^1] > Negligible; k++) up.Add(up[^1] * (t - k) / (k + 1) * share / (1 - share));
        var down = new List<double>();
        for (var (k, last) = (mode, up[0]); k > 0 && last > Negligible; k--) down.Add(last *= k / (t - k + 1.0) * (1 - share) / share);
        down.Reverse();
        return (mode - down.Count, [.. down, .. up]);
    }

    private static long FloorDivide(long a, long b) => a >= 0 ? a / b : -((-a + b - 1) / b);
}
