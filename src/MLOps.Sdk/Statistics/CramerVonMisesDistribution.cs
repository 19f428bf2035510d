using System.Runtime.InteropServices;
using MathNet.Numerics;

namespace MLOps.Statistics;

/// <summary>The null distribution of the two-sample Cramer-von Mises statistic.</summary>
internal static class CramerVonMisesDistribution
{
    private const double SmallestTerm = 1e-7;

    /// <summary>P(W >= x) of the limiting distribution: S. Csorgo and J. Faraway, "The exact and asymptotic distributions of Cramer-von Mises statistics", 1996, eq. 1.3.</summary>
    public static double Tail(double x)
    {
        if (x < 0.003) return 1;
        double below = 0, term, ratio = Math.Sqrt(Math.PI);
        var k = 0;
        do
        {
            // ratio = Gamma(k + 1/2) / k!
            double y = 4 * k + 1, q = y * y / (16 * x);
            term = q > 350 ? 0 : ratio / (Math.Pow(Math.PI, 1.5) * Math.Sqrt(x)) * Math.Sqrt(y) * Math.Exp(-2 * q) * SpecialFunctions.BesselKScaled(0.25, q);
            below += term;
            ratio *= (k + 0.5) / (k + 1);
            k++;
        }
        while (term >= SmallestTerm);
        return Math.Clamp(1 - below, 0, 1);
    }

    /// <summary>
    /// The share of the C(n+m, n) arrangements of the given ties whose statistic is at least the observed one, in the unit of sum (t_j + t_(j+1)) (m A_j - n B_j)^2. Y. Xiao, A. Gordon and
    /// A. Yakovlev, "A C++ program for the Cramer-von Mises two-sample test", Journal of Statistical Software 17(8), 2006: every lattice path's sum is built value by value, with how
    /// many paths reach it.
    /// </summary>
    public static double ExactTail(ReadOnlySpan<long> ties, int n, int m, long observed)
    {
        var sums = new Dictionary<long, double>?[n + 1];
        sums[0] = new() { [0] = 1 };
        var (above, seen) = (0.0, 0);
        for (var j = 0; j < ties.Length; j++)
        {
            var (t, after) = ((int)ties[j], j + 1 < ties.Length ? ties[j + 1] : 0);
            seen += t;
            var next = new Dictionary<long, double>?[n + 1];
            for (var i = 0; i <= n; i++)
            {
                if (sums[i] is not { } from) continue;
                for (var a = 0; a <= t && i + a <= n; a++)
                {
                    int reached = i + a, other = seen - reached;
                    if (other < 0 || other > m) continue;
                    long gap = (long)m * reached - (long)n * other, square = (t + after) * gap * gap;
                    var (ways, rest) = (SpecialFunctions.Binomial(t, a), SpecialFunctions.Binomial(n + m - seen, n - reached));
                    var to = next[reached] ??= [];
                    foreach (var (sum, paths) in from)
                    {
                        // A path that has reached the observed sum stays above it: all its continuations count at once.
                        if (sum + square >= observed) above += paths * ways * rest;
                        else CollectionsMarshal.GetValueRefOrAddDefault(to, sum + square, out _) += paths * ways;
                    }
                }
            }

            sums = next;
        }

        return Math.Min(1, above / SpecialFunctions.Binomial(n + m, n));
    }
}
