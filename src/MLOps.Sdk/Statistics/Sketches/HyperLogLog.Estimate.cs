namespace MLOps.Statistics;

public sealed partial class HyperLogLog
{
    // Two values share a coupon with probability 2^-26 / 3: what collisions took from the count is given back, to first order.
    private double CouponEstimate => _couponCount + _couponCount * (_couponCount - 1.0) / (6.0 * (1 << 26));

    /// <summary>The number of distinct values, with bounds. O(1), O(2^lgK) after a merge.</summary>
    /// <param name="standardDeviations">How many standard errors the bounds lie away, 1, 2 or 3; 2 by default: 95 %.</param>
    /// <exception cref="MLOpsInvalidException">The number of standard errors is not 1, 2 or 3.</exception>
    /// <remarks>
    /// The bounds are estimate / (1 +- standard errors), the normal approximation; with fewer than 256 registers the true error has heavier tails. The lower bound is never
    /// below the number of different registers or coupons seen, which is certain.
    /// </remarks>
    public CardinalityEstimate Estimate(int standardDeviations = 2)
    {
        if (standardDeviations is < 1 or > 3) throw new MLOpsInvalidException($"Bounds of {standardDeviations} standard errors were asked for: it must be 1, 2 or 3.");
        if (_registers is null) return Around(CouponEstimate, standardDeviations * 0.409 / (1 << 13), _couponCount);
        var used = _registers.Length - _registers.AsSpan().Count((byte)0);
        var factor = _isMerged ? Math.Sqrt(3 * Math.Log(2) - 1) : Math.Sqrt(Math.Log(2));
        return Around(Math.Max(used, _isMerged ? FromRegisters() : _historic), standardDeviations * factor / Math.Sqrt(_registers.Length), used);
    }

    private static CardinalityEstimate Around(double estimate, double error, double certain) =>
        new(estimate, Math.Max(certain, estimate / (1 + error)), error < 1 ? estimate / (1 - error) : double.PositiveInfinity);

    // Ertl 2017, algorithm 6: registers 0..63.
    private double FromRegisters()
    {
        Span<int> counts = stackalloc int[64];
        counts.Clear();
        foreach (var register in _registers!) counts[register]++;
        double m = _registers!.Length, z = m * Tau(1 - counts[63] / m);
        for (var value = 62; value > 0; value--) z = 0.5 * (z + counts[value]);
        z += m * Sigma(counts[0] / m);
        return m / (2 * Math.Log(2)) * m / z;
    }

    private static double Sigma(double x)
    {
        if (x == 1) return double.PositiveInfinity;
        double y = 1, z = x, before;
        do
        {
            x *= x;
            before = z;
            z += x * y;
            y += y;
        }
        while (z != before);
        return z;
    }

    private static double Tau(double x)
    {
        if (x is 0 or 1) return 0;
        double y = 1, z = 1 - x, before;
        do
        {
            x = Math.Sqrt(x);
            before = z;
            y *= 0.5;
            z -= (1 - x) * (1 - x) * y;
        }
        while (z != before);
        return z / 3;
    }
}
