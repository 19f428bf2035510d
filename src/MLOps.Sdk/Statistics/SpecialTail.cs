using MathNet.Numerics;

namespace MLOps.Statistics;

/// <summary>Tail probabilities that keep their relative precision.</summary>
internal static class SpecialTail
{
    private const double HalfLogTwoPi = 0.918938533204672741780329736406;

    /// <summary>P(X >= x) for a chi-square variable.</summary>
    public static double ChiSquare(double x, int degreesOfFreedom) =>
        degreesOfFreedom <= 0 || x <= 0 ? 1 : double.IsPositiveInfinity(x) ? 0 : Math.Clamp(SpecialFunctions.GammaUpperRegularized(degreesOfFreedom / 2.0, x / 2), 0, 1);

    /// <summary>P(|Z| >= |z|) for a standard normal variable.</summary>
    public static double TwoSidedNormal(double z) => SpecialFunctions.Erfc(Math.Abs(z) / Math.Sqrt(2));

    /// <summary>P(|T| >= |t|) for Student's t with any positive degrees of freedom.</summary>
    public static double TwoSidedStudent(double t, double degreesOfFreedom)
    {
        var square = t / degreesOfFreedom * t;
        if (double.IsInfinity(square)) return 0;
        // Wallace 1959: above 1e6 degrees his normal deviate is exact to more digits than the incomplete beta function keeps.
        if (degreesOfFreedom > 1e6)
            return TwoSidedNormal((8 * degreesOfFreedom + 1) / (8 * degreesOfFreedom + 3) * Math.Sqrt(degreesOfFreedom * Log1p(square)));
        return Math.Clamp(SpecialFunctions.BetaRegularized(degreesOfFreedom / 2, 0.5, 1 / (1 + square)), 0, 1);
    }

    /// <summary>ln n!</summary>
    public static double LogFactorial(double n) => n < 1 ? 0 : n * Math.Log(n) - n + 0.5 * Math.Log(n) + HalfLogTwoPi + StirlingError(n);

    /// <summary>P(X = k) of a binomial variable: C. Loader, "Fast and accurate computation of binomial probabilities", 2000. k and n are whole numbers, 0 &lt; p &lt; 1.</summary>
    public static double Binomial(double k, double n, double p)
    {
        if (k == 0) return Math.Exp(n * Log1p(-p));
        if (k == n) return Math.Exp(n * Math.Log(p));
        var log = StirlingError(n) - StirlingError(k) - StirlingError(n - k) - Deviance(k, n * p) - Deviance(n - k, n * (1 - p));
        return Math.Exp(log) * Math.Sqrt(n / (2 * Math.PI * k * (n - k)));
    }

    // ln n! minus Stirling's formula: the series needs a handful of terms from 16 on; below that the table of log-factorials is exact.
    private static double StirlingError(double n)
    {
        if (n <= 15) return SpecialFunctions.FactorialLn((int)n) - ((n + 0.5) * Math.Log(n) - n + HalfLogTwoPi);
        var n2 = n * n;
        return (1 / 12.0 - (1 / 360.0 - (1 / 1260.0 - (1 / 1680.0 - 1 / 1188.0 / n2) / n2) / n2) / n2) / n;
    }

    // x ln(x/m) + m - x without the cancellation near x = m.
    private static double Deviance(double x, double m)
    {
        if (Math.Abs(x - m) >= 0.1 * (x + m)) return x * Math.Log(x / m) + m - x;
        double v = (x - m) / (x + m), sum = (x - m) * v, term = 2 * x * v;
        for (var j = 1; j < 1000; j++)
        {
            term *= v * v;
            var next = sum + term / (2 * j + 1);
            if (next == sum) break;
            sum = next;
        }

        return sum;
    }

    private static double Log1p(double x)
    {
        var u = 1 + x;
        return u == 1 ? x : Math.Log(u) * x / (u - 1);
    }
}
