namespace MLOps.Statistics;

/// <summary>The distribution of the one-sample two-sided Kolmogorov-Smirnov statistic D for n values.</summary>
/// <remarks>
/// R. Simard and P. L'Ecuyer, "Computing the two-sided Kolmogorov-Smirnov distribution", Journal of Statistical Software 39(11), 2011. Regions: closed forms at both
/// ends (Ruben and Gambino 1982); exact matrix power (Durbin 1968; Marsaglia, Tsang, Wang 2003) where n or the statistic is small; twice the one-sided tail (Miller
/// 1956) in the upper tail; the expansion of Pelz and Good (1976) in between. Five or more digits everywhere, ten or more in the tails that tests look at.
/// </remarks>
internal static class KolmogorovDistribution
{
    /// <summary>P(D >= x) for n values, n a whole number of at least 1.</summary>
    public static double Tail(double n, double x)
    {
        n = Math.Max(n, 1);
        var t = n * x;
        if (x >= 1) return 0;
        if (t <= 0.5) return 1;
        if (t <= 1) return 1 - Math.Exp(SpecialTail.LogFactorial(n) - n * Math.Log(n) + n * Math.Log(2 * t - 1));
        if (t >= n - 1) return Math.Clamp(2 * Math.Pow(1 - x, n), 0, 1);
        var nx2 = t * x;
        if (nx2 >= 370) return 0;
        if (x >= 0.5 || nx2 >= (n <= 140 ? 4 : 2.2)) return Math.Clamp(2 * OneSidedTail(n, x), 0, 1);
        if (n <= 140 || (n <= 10_000 && n * Math.Pow(x, 1.5) <= 1.4)) return Math.Clamp(1 - MatrixPower((int)n, x), 0, 1);
        return Math.Clamp(1 - PelzGood(n, x), 0, 1);
    }

    /// <summary>P(D+ >= x): Birnbaum and Tingey 1951, a sum of positive terms; above a million values the asymptotic form (Maag and Dicaire 1971).</summary>
    private static double OneSidedTail(double n, double x)
    {
        if (n > 1_000_000) return Math.Exp(-Math.Pow(6 * n * x + 1, 2) / (18 * n));
        // n, j are whole numbers. The term C(n,j) p^(j-1) (1-p)^(n-j) with p = x + j/n is a binomial probability divided by p.
        var sum = 0.0;
        for (var j = 0.0; j <= Math.Floor(n * (1 - x)); j++)
        {
            var p = x + j / n;
            if (p >= 1) break;
            sum += SpecialTail.Binomial(j, n, p) / p;
        }

        return x * sum;
    }

    /// <summary>P(D &lt; x) exactly: n! / n^n times the middle element of H^n. Cost O((n x)^3 log n).</summary>
    private static double MatrixPower(int n, double x)
    {
        var k = (int)(n * x) + 1;
        var size = 2 * k - 1;
        var h = k - n * x;
        var matrix = new double[size, size];
        for (var i = 0; i < size; i++)
            for (var j = 0; j < size; j++)
                matrix[i, j] = i - j + 1 < 0 ? 0 : 1;
        for (var i = 0; i < size; i++)
        {
            matrix[i, 0] -= Math.Pow(h, i + 1);
            matrix[size - 1, i] -= Math.Pow(h, size - i);
        }

        if (2 * h - 1 > 0) matrix[size - 1, 0] += Math.Pow(2 * h - 1, size);
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < size; j++)
                for (var g = 2; g <= i - j + 1; g++)
                    matrix[i, j] /= g;
        }

        var (power, exponent) = Power(matrix, n);
        var value = power[k - 1, k - 1];
        for (var i = 1; i <= n; i++)
        {
            value = value * i / n;
            if (value < 1e-140) (value, exponent) = (value * 1e140, exponent - 140);
        }

        return value * Math.Pow(10, exponent);
    }

    private static (double[,] Matrix, int Exponent) Power(double[,] matrix, int n)
    {
        if (n == 1) return (matrix, 0);
        var (half, exponent) = Power(matrix, n / 2);
        var result = Multiply(half, half);
        exponent *= 2;
        if (n % 2 != 0) result = Multiply(matrix, result);
        var middle = result.GetLength(0) / 2;
        if (result[middle, middle] <= 1e140) return (result, exponent);
        for (var i = 0; i < result.GetLength(0); i++)
            for (var j = 0; j < result.GetLength(0); j++)
                result[i, j] *= 1e-140;
        return (result, exponent + 140);
    }

    private static double[,] Multiply(double[,] a, double[,] b)
    {
        var size = a.GetLength(0);
        var product = new double[size, size];
        for (var i = 0; i < size; i++)
        {
            for (var k = 0; k < size; k++)
            {
                var factor = a[i, k];
                for (var j = 0; j < size; j++) product[i, j] += factor * b[k, j];
            }
        }

        return product;
    }

    private static double PelzGood(double n, double x)
    {
        const double Pi2 = Math.PI * Math.PI, Pi4 = Pi2 * Pi2, Pi6 = Pi4 * Pi2;
        double z2 = n * x * x, z = Math.Sqrt(z2), z4 = z2 * z2, z6 = z4 * z2, z8 = z4 * z4;
        double k0 = 0, k1 = 0, k2 = 0, k3 = 0, extra2 = 0, extra3 = 0;
        for (var k = (int)Math.Ceiling(16 * z / Math.PI); k >= 1; k--)
        {
            double r2 = (k - 0.5) * (k - 0.5), r4 = r2 * r2, r6 = r4 * r2, half = Math.Exp(-Pi2 * r2 / (2 * z2));
            k0 += half;
            k1 += (Pi2 * r2 - z2) * half;
            k2 += (6 * z6 + 2 * z4 + Pi2 * (2 * z4 - 5 * z2) * r2 + Pi4 * (1 - 2 * z2) * r4) * half;
            k3 += (-30 * z6 - 90 * z8 + Pi2 * (135 * z4 - 96 * z6) * r2 + Pi4 * (212 * z4 - 60 * z2) * r4 + Pi6 * (5 - 30 * z2) * r6) * half;
            double s2 = (double)k * k, whole = Math.Exp(-Pi2 * s2 / (2 * z2));
            extra2 += Pi2 * s2 * whole;
            extra3 += (3 * Pi2 * s2 * z2 - Pi4 * s2 * s2) * whole;
        }

        var root = Math.Sqrt(2 * Math.PI);
        return root * (k0 / z
            + k1 / (6 * z4 * Math.Sqrt(n))
            + (k2 / (72 * z6 * z) - extra2 / (36 * z2 * z)) / n
            + (k3 / (6480 * z8 * z2) + extra3 / (216 * z6)) / (n * Math.Sqrt(n)));
    }
}
