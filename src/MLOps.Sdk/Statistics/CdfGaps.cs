namespace MLOps.Statistics;

/// <summary>What one merge of two sorted samples tells about the gap between their empirical distribution functions.</summary>
/// <param name="ReferenceCount">n.</param>
/// <param name="CurrentCount">m.</param>
/// <param name="Largest">The largest |i*m - j*n| over all values x, where i and j count the values at most x: the Kolmogorov-Smirnov statistic times n*m, without rounding.</param>
/// <param name="Location">The smallest x at which it is reached.</param>
/// <param name="Sign">The sign of i*m - j*n there.</param>
/// <param name="Area">The integral of the absolute gap: the Wasserstein-1 distance.</param>
internal readonly record struct CdfGaps(long ReferenceCount, long CurrentCount, long Largest, double Location, int Sign, double Area)
{
    public static CdfGaps Of(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        long n = a.Length, m = b.Length, above = 0, below = 0, gap = 0;
        if (n == 0 || m == 0) return new(n, m, 0, double.NaN, 0, double.NaN);
        double aboveAt = double.NaN, belowAt = double.NaN, last = 0, area = 0, lost = 0, scale = 1.0 / ((double)n * m);
        int i = 0, j = 0;
        while (i < a.Length || j < b.Length)
        {
            var x = j == b.Length || (i < a.Length && a[i] <= b[j]) ? a[i] : b[j];
            if (gap != 0)
            {
                // Kahan: a million small slices must not lose the ninth digit. Weight first, so that 1e308 - -1e308 does not overflow.
                var weight = Math.Abs(gap) * scale;
                var slice = weight * x - weight * last - lost;
                var sum = area + slice;
                lost = double.IsFinite(sum) ? sum - area - slice : 0;
                area = sum;
            }

            for (; i < a.Length && a[i] == x; i++) gap += m;
            for (; j < b.Length && b[j] == x; j++) gap -= n;
            last = x;
            if (gap > above) (above, aboveAt) = (gap, x);
            else if (gap < below) (below, belowAt) = (gap, x);
        }

        if (double.IsInfinity(area) && double.IsFinite(a[0]) && double.IsFinite(a[^1]) && double.IsFinite(b[0]) && double.IsFinite(b[^1])) area = double.MaxValue;
        if (above == 0 && below == 0) return new(n, m, 0, a[0], 0, 0);
        return above >= -below ? new(n, m, above, aboveAt, 1, area) : new(n, m, -below, belowAt, -1, area);
    }

    /// <summary>The same of ordered categories: the location is the index of a category, and there is no area.</summary>
    public static CdfGaps Of(ReadOnlySpan<long> a, ReadOnlySpan<long> b, long n, long m)
    {
        long above = 0, below = 0, gap = 0;
        int aboveAt = 0, belowAt = 0;
        for (var i = 0; i < a.Length; i++)
        {
            gap += a[i] * m - b[i] * n;
            if (gap > above) (above, aboveAt) = (gap, i);
            else if (gap < below) (below, belowAt) = (gap, i);
        }

        if (above == 0 && below == 0) return new(n, m, 0, 0, 0, double.NaN);
        return above >= -below ? new(n, m, above, aboveAt, 1, double.NaN) : new(n, m, -below, belowAt, -1, double.NaN);
    }
}
