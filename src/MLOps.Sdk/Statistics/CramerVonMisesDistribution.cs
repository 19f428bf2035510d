using System.Numerics;
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
    /// The share of the C(n+m, n) arrangements whose statistic is at least the observed one. <paramref name="gap"/> is 12U - 2nm(4nm - 1), the statistic times 12nmN. Y. Xiao,
    /// A. Gordon and A. Yakovlev, "A C++ program for the Cramer-von Mises two-sample test", Journal of Statistical Software 17(8), 2006: every lattice path's sum of squared
    /// gaps (in units of 1/lcm) is built cell by cell, with how many paths reach it.
    /// </summary>
    public static double ExactTail(int n, int m, BigInteger gap)
    {
        var lcm = (long)n / (long)BigInteger.GreatestCommonDivisor(n, m) * m;
        long stepN = lcm / n, stepM = lcm / m;
        // A path's sum is nm(n+m) lcm^2 / (nm)^2 * T = lcm^2 * gap / (12 (nm)^2) times (n + m): ties may leave a fraction, which is rounded down.
        var least = (long)FloorDivide((BigInteger)lcm * lcm * (n + m) * gap, 12 * BigInteger.Pow((BigInteger)n * m, 2));
        var columns = new Dictionary<long, double>[n + 1];
        var above = 0.0;
        for (var v = 0; v <= m; v++)
        {
            for (var u = 0; u <= n; u++)
            {
                var cell = new Dictionary<long, double>();
                if (u == 0 && v == 0) Add(cell, 0, 1);
                if (v > 0) AddAll(columns[u], cell);
                if (u > 0) AddAll(columns[u - 1], cell);
                columns[u] = cell;

                void AddAll(Dictionary<long, double> from, Dictionary<long, double> to)
                {
                    var square = (stepN * u - stepM * v) * (stepN * u - stepM * v);
                    foreach (var (sum, paths) in from) Add(to, sum + square, paths);
                }

                // A path that has reached the observed sum stays above it: all its continuations count at once.
                void Add(Dictionary<long, double> to, long sum, double paths)
                {
                    if (sum >= least) above += paths * SpecialFunctions.Binomial(n - u + m - v, n - u);
                    else CollectionsMarshal.GetValueRefOrAddDefault(to, sum, out _) += paths;
                }
            }
        }

        return Math.Min(1, above / SpecialFunctions.Binomial(n + m, n));
    }

    private static BigInteger FloorDivide(BigInteger dividend, BigInteger divisor)
    {
        var quotient = BigInteger.DivRem(dividend, divisor, out var remainder);
        return remainder.Sign < 0 ? quotient - 1 : quotient;
    }
}
