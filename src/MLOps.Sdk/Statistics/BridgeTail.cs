namespace MLOps.Statistics;

/// <summary>The limiting null distribution of the quadratic rank statistics (Cramer-von Mises, Anderson-Darling), given the ties of the pooled sample.</summary>
/// <remarks>
/// <para>
/// Given the pooled sample, the gap between the two distribution functions after each of its distinct values is, up to a factor, a Brownian bridge B at the pooled shares H:
/// Cov(B_i, B_j) = H_i (1 - H_j). The statistics are Q = B'TB with a tridiagonal T (V. Choulakian, R. Lockhart and M. Stephens, "Cramer-von Mises statistics for discrete
/// distributions", Canadian Journal of Statistics 22, 1994). The inverse P of that covariance is tridiagonal too, so that the generating function
/// E exp(sQ) = (det(P - 2sT) / det P)^(-1/2) costs one continued fraction: O(K) for K values, without an eigenvalue.
/// </para>
/// <para>
/// P(Q >= q) is its inversion along a path through the saddle point (S. Rice, "Distribution of quadratic forms in normal random variables", SIAM Journal on Scientific and
/// Statistical Computing 1, 1980), bent so that the integrand dies out: the trapezoidal rule converges geometrically, and a tail of 1e-50 keeps its digits. Above 1,024
/// distinct values neighbours are pooled into that many, which moves the law by less than a hundredth part.
/// </para>
/// </remarks>
internal sealed class BridgeTail
{
    private const int MostShares = 1024;
    private readonly double[] _p, _pOff, _t, _tOff, _pivots;
    private readonly double _power;

    private BridgeTail(double[] shares, double[] diagonal, double[] off, int degrees)
    {
        (_t, _tOff, _power) = (diagonal, off, -degrees / 2.0);
        (_p, _pOff, _pivots) = (new double[diagonal.Length], new double[diagonal.Length], new double[diagonal.Length]);
        for (var j = 0; j < _p.Length; j++)
        {
            (_p[j], _pOff[j]) = (1 / shares[j] + 1 / shares[j + 1], -1 / shares[j + 1]);
            _pivots[j] = _p[j] - (j == 0 ? 0 : _pOff[j - 1] * _pOff[j - 1] / _pivots[j - 1]);
        }
    }

    /// <summary>P(Q >= statistic) for Q = N/(N-1) * sum of (p_j + p_(j+1))/2 B_j^2.</summary>
    /// <param name="ties">How often each distinct value occurs in the pooled sample, in order; at least two values.</param>
    /// <param name="statistic">The observed Q.</param>
    /// <param name="variance">What Q varies by at these sizes without ties. How much less that is than the limiting law's variance is taken to hold with ties too.</param>
    public static double CramerVonMises(ReadOnlySpan<long> ties, double statistic, double variance)
    {
        var n = Total(ties);
        // The mean stays exact when neighbours are pooled.
        var mean = n / (n - 1) * Mean(Shares(ties, int.MaxValue));
        return Of(Shares(ties, MostShares), mean).Tail(mean + (statistic - mean) / Spread(n, variance, even => Of(even, n / (n - 1) * Mean(even))), mean);

        static BridgeTail Of(double[] shares, double mean)
        {
            var factor = mean / Mean(shares);
            var weights = new double[shares.Length - 1];
            for (var j = 0; j < weights.Length; j++) weights[j] = factor * (shares[j] + shares[j + 1]) / 2;
            return new(shares, weights, new double[weights.Length], 1);
        }

        static double Mean(double[] p)
        {
            double below = 0, sum = 0;
            for (var j = 0; j + 1 < p.Length; j++)
            {
                below += p[j];
                sum += (p[j] + p[j + 1]) / 2 * below * (1 - below);
            }

            return sum;
        }
    }

    /// <summary>
    /// P(Q >= statistic) for the sum of k - 1 independent Q = sum of p_j ((B_(j-1) + B_j)/2)^2 / (h_j (1 - h_j) - p_j/4), h_j being the middle of value j: Anderson-Darling with mid-ranks.
    /// </summary>
    /// <param name="ties">How often each distinct value occurs in the pooled sample, in order; at least two values.</param>
    /// <param name="samples">k.</param>
    /// <param name="statistic">The observed sum; k - 1 on average.</param>
    /// <param name="variance">What Q varies by at these sizes without ties. How much less that is than the limiting law's variance is taken to hold with ties too.</param>
    public static double AndersonDarling(ReadOnlySpan<long> ties, int samples, double statistic, double variance)
    {
        var mean = samples - 1;
        return Of(Shares(ties, MostShares)).Tail(mean + (statistic - mean) / Spread(Total(ties), variance, Of), mean);

        BridgeTail Of(double[] shares)
        {
            double below = 0;
            double[] diagonal = new double[shares.Length - 1], off = new double[shares.Length - 1];
            for (var j = 0; j < shares.Length; j++)
            {
                // With "above" for what lies above value j, h (1 - h) - p/4 is below * above + p (1 - p)/4.
                double p = shares[j], above = Math.Max(0, 1 - below - p), weight = p / (4 * below * above + p * (1 - p));
                if (j > 0) diagonal[j - 1] += weight;
                if (j < diagonal.Length) diagonal[j] += weight;
                if (j > 0 && j < diagonal.Length) off[j - 1] = weight;
                below += p;
            }

            return new(shares, diagonal, off, mean);
        }
    }

    // At this size the counts are not normal yet, and the statistic varies less than the law. From 1,024 values on the two hardly differ.
    private static double Spread(double n, double variance, Func<double[], BridgeTail> law)
    {
        if (n > MostShares || !(variance > 0)) return 1;
        var even = new double[(int)n];
        Array.Fill(even, 1 / n);
        var untied = law(even);
        // Var Q is the second derivative of the logarithm of the generating function at 0.
        const double Step = 1e-3;
        var ofLaw = (untied.LogGenerating(Step, 0).Log + untied.LogGenerating(-Step, 0).Log) / (Step * Step);
        return Math.Sqrt(variance / ofLaw);
    }

    private static double Total(ReadOnlySpan<long> ties)
    {
        double n = 0;
        foreach (var count in ties) n += count;
        return n;
    }

    private static double[] Shares(ReadOnlySpan<long> ties, int most)
    {
        double n = Total(ties), pool = 0;
        var shares = new List<double>(Math.Min(ties.Length, 2 * MostShares));
        foreach (var count in ties)
        {
            pool += count;
            if (ties.Length > most && pool * most < n) continue;
            shares.Add(pool / n);
            pool = 0;
        }

        if (pool > 0) shares.Add(pool / n);
        return [.. shares];
    }

    private double Tail(double q, double mean)
    {
        const double Negligible = 1e-20, LogOfNothing = -745;
        if (!(q > Negligible * mean)) return 1;
        // Below the mean, the path that leaves the pole at 0 on its other side gives P(Q < q): nothing then oscillates for long.
        double side = q < mean ? -1 : 1, low = 0, high = 1 / q;
        if (side > 0)
            while (double.IsFinite(Height(high, q))) high *= 2;
        else
            while (Height(-2 * high, q) < Height(-high, q)) high *= 2;
        if (side < 0) high *= 2;
        // The height is convex: golden section finds the saddle point well enough for any c to do.
        const double Golden = 0.6180339887498949;
        double left = high - Golden * (high - low), right = low + Golden * (high - low), atLeft = Height(side * left, q), atRight = Height(side * right, q);
        for (var i = 0; i < 60 && high - low > 1e-6 * high; i++)
        {
            if (atLeft <= atRight)
            {
                (high, right, atRight) = (right, left, atLeft);
                atLeft = Height(side * (left = high - Golden * (high - low)), q);
            }
            else
            {
                (low, left, atLeft) = (left, right, atRight);
                atRight = Height(side * (right = low + Golden * (high - low)), q);
            }
        }

        var (c, height) = atLeft <= atRight ? (side * left, atLeft) : (side * right, atRight);
        if (height < LogOfNothing) return side > 0 ? 0 : 1;
        var step = 1e-2 * c;
        while (!double.IsFinite(Height(c + step, q))) step /= 4;
        var bend = (Height(c + step, q) + Height(c - step, q) - 2 * height) / (step * step);
        var inverted = Math.Exp(height) * Inverted(c, 1 / Math.Sqrt(Math.Max(bend, 1 / (c * c))), height, q);
        return Math.Clamp(side > 0 ? inverted : 1 + inverted, 0, 1);
    }

    // The integral of exp(K(s) - s q)/s along s = c + width (i y + turn y^2), divided by its height and by pi. Halves the step until nothing changes.
    private double Inverted(double c, double width, double height, double q)
    {
        var turn = Math.Max(0.25, 0.01 / (q * width));
        double total = Integrand(0) / 2, sum = 0;
        var last = 0.0;
        for (var h = 0.5; h > 0.005; h /= 2)
        {
            // All odd multiples of h are new; the first time also the even ones.
            var stride = h == 0.5 ? 1 : 2;
            var quiet = 0;
            for (var k = 1; quiet < 4 && k * h < 200; k += stride)
            {
                var value = Integrand(k * h);
                total += value;
                quiet = Math.Abs(value) < 1e-16 ? quiet + 1 : 0;
            }

            (last, sum) = (sum, total * h / Math.PI);
            if (Math.Abs(sum - last) < 1e-10 * Math.Abs(sum)) break;
        }

        return sum;

        double Integrand(double y)
        {
            double re = c + width * turn * y * y, im = width * y, slope = 2 * width * turn * y;
            var (log, angle) = LogGenerating(re, im);
            // exp(K - s q) ds / s, imaginary part.
            double size = Math.Exp(log - re * q - height), phase = angle - im * q, norm = re * re + im * im;
            double x = (slope * re + width * im) / norm, z = (width * re - slope * im) / norm;
            return size * (x * Math.Sin(phase) + z * Math.Cos(phase));
        }
    }

    // K(c) - c q - ln |c| for real c; infinite where the generating function is.
    private double Height(double c, double q)
    {
        double log = 0, pivot = 1, product = 1;
        for (var j = 0; j < _p.Length; j++)
        {
            var above = j == 0 ? 0 : _pOff[j - 1] - 2 * c * _tOff[j - 1];
            pivot = _p[j] - 2 * c * _t[j] - above * above / pivot;
            if (!(pivot > 0)) return double.PositiveInfinity;
            product *= pivot / _pivots[j];
            if (product is > 1e-200 and < 1e200) continue;
            log += Math.Log(product);
            product = 1;
        }

        return _power * (log + Math.Log(product)) - c * q - Math.Log(Math.Abs(c));
    }

    // ln E exp(sQ) at s = re + i im with im >= 0. Every pivot turns clockwise by less than half a turn, so that the product has gone round once more whenever it comes from the
    // lower half-plane into the upper one.
    private (double Log, double Angle) LogGenerating(double re, double im)
    {
        double x = 1, y = 0, log = 0, a = 1, b = 0;
        var turns = 0;
        for (var j = 0; j < _p.Length; j++)
        {
            double nextA = _p[j] - 2 * re * _t[j], nextB = -2 * im * _t[j];
            if (j > 0)
            {
                // (u + iv)^2 / (a + ib)
                double u = _pOff[j - 1] - 2 * re * _tOff[j - 1], v = -2 * im * _tOff[j - 1], squareRe = u * u - v * v, squareIm = 2 * u * v, norm = a * a + b * b;
                nextA -= (squareRe * a + squareIm * b) / norm;
                nextB -= (squareIm * a - squareRe * b) / norm;
            }

            (a, b) = (nextA, nextB);
            double ratioRe = a / _pivots[j], ratioIm = Math.Min(0, b / _pivots[j]);
            var wasBelow = y <= 0;
            (x, y) = (x * ratioRe - y * ratioIm, x * ratioIm + y * ratioRe);
            if (wasBelow && y > 0) turns++;
            var size = x * x + y * y;
            if (size is > 1e-100 and < 1e100) continue;
            log += Math.Log(size) / 2;
            (x, y) = (x / Math.Sqrt(size), y / Math.Sqrt(size));
        }

        return (_power * (log + Math.Log(x * x + y * y) / 2), _power * (Math.Atan2(y, x) - 2 * Math.PI * turns));
    }
}
