namespace MLOps.Statistics;

public static partial class TwoSample
{
    /// <summary>
    /// Fisher's exact test of a 2 x 2 table: is the share of successes the same? <see cref="TestResult.Statistic"/> is the sample's odds ratio, reference over current;
    /// a ratio without bound is given as <see cref="double.MaxValue"/>, one of 0/0 as 1.
    /// </summary>
    /// <remarks>
    /// Two-sided: the probability, with all margins fixed (hypergeometric), of every table that is at most as likely as the observed one (Fisher 1935; SciPy's
    /// <c>fisher_exact</c>). Exact for any size, and conservative: the actual level lies below the nominal one. A margin of 0: p 1. O(sqrt(n)) typically, since the
    /// sums stop where terms vanish.
    /// </remarks>
    /// <example><code>
    /// TestResult tea = TwoSample.FisherExact(3, 4, 1, 4);
    /// Console.WriteLine(tea.PValue); // 0.486 = 34/70: the lady tasting tea, two-sided
    /// </code></example>
    /// <param name="referenceSuccesses">Successes in the reference, 0..<paramref name="referenceCount"/>.</param>
    /// <param name="referenceCount">Trials in the reference.</param>
    /// <param name="currentSuccesses">Successes in the current sample, 0..<paramref name="currentCount"/>.</param>
    /// <param name="currentCount">Trials in the current sample.</param>
    /// <exception cref="MLOpsInvalidException">A count is negative or there are more successes than trials.</exception>
    public static TestResult FisherExact(long referenceSuccesses, long referenceCount, long currentSuccesses, long currentCount)
    {
        RequireProportion(referenceSuccesses, referenceCount, currentSuccesses, currentCount);
        if (referenceCount == 0 || currentCount == 0) return TestResult.Empty(referenceCount, currentCount);
        double n = referenceCount, m = currentCount, x = referenceSuccesses, successes = x + currentSuccesses;
        double above = x * (m - currentSuccesses), below = (n - x) * currentSuccesses;
        var odds = above == below || (above == 0 && below == 0) ? 1 : Math.Min(above / below, double.MaxValue);
        return new(odds, HypergeometricTwoSided(x, n, m, successes), referenceCount, currentCount);
    }

    private static double HypergeometricTwoSided(double x, double n, double m, double successes)
    {
        double all = n + m, low = Math.Max(0, successes - m), high = Math.Min(n, successes);
        if (low == high) return 1;
        var p = successes / all;
        double Mass(double k) => SpecialTail.Binomial(k, n, p) * SpecialTail.Binomial(successes - k, m, p) / SpecialTail.Binomial(successes, all, p);
        // Tables as likely as the observed one count, though rounding may tell them apart.
        double observed = Mass(x) * (1 + 1e-10), mode = Math.Floor((successes + 1) * (n + 1) / (all + 2));
        double down, up;
        if (x < mode)
        {
            down = x;
            up = Search(mode - 1, high, k => Mass(k) <= observed);
        }
        else
        {
            up = x;
            down = -Search(-mode - 1, -low, k => Mass(-k) <= observed);
        }

        // The modes themselves are as likely as the observed table: every table counts.
        if (down >= up) return 1;
        var sum = 0.0;
        if (down >= low)
        {
            for (double k = down, term = Mass(k); k >= low && term > sum * 1e-18; k--)
            {
                sum += term;
                term *= k * (m - successes + k) / ((successes - k + 1) * (n - k + 1));
            }
        }

        var lower = sum;
        if (up <= high)
        {
            for (double k = up, term = Mass(k); k <= high && term > (sum - lower) * 1e-18; k++)
            {
                sum += term;
                term *= (successes - k) * (n - k) / ((k + 1) * (m - successes + k + 1));
            }
        }

        return Math.Min(1, sum);
    }

    // The smallest whole k in (from, to] for which the condition holds, from where on it holds up to the end; to + 1 when there is none.
    private static double Search(double from, double to, Func<double, bool> holds)
    {
        double least = from, most = to + 1;
        while (most - least > 1)
        {
            var middle = Math.Floor((least + most) / 2);
            if (holds(middle)) most = middle;
            else least = middle;
        }

        return most;
    }
}
