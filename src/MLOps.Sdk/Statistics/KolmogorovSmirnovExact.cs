using System.Numerics;
using System.Runtime.InteropServices;

namespace MLOps.Statistics;

/// <summary>The exact distribution of the two-sample Kolmogorov-Smirnov statistic without ties.</summary>
/// <remarks>
/// Under the null every order of the pooled sample is equally likely: a uniformly random lattice path from (0,0) to (n,m). With u(i,j) the probability that a path
/// to (i,j) has touched the boundary |i*m - j*n| >= largest: u = 1 on and beyond it, else u(i,j) = i/(i+j) u(i-1,j) + j/(i+j) u(i,j-1). Only positive terms: the tail
/// keeps its relative precision (Viehmann 2021, "Numerically more stable computation of the p-values for the two-sample Kolmogorov-Smirnov test"). Walked along the
/// anti-diagonals i+j = s, whose cells are independent of each other, so that it vectorises. For n = m the closed form of Gnedenko and Korolyuk (1951).
/// </remarks>
internal static class KolmogorovSmirnovExact
{
    /// <summary>P(D >= largest/(nm)).</summary>
    public static double Tail(int n, int m, long largest)
    {
        if (largest <= 0) return 1;
        return n == m ? EqualSizes(n, (int)(largest / n)) : Paths(n, m, largest);
    }

    internal static double EqualSizes(int n, int h)
    {
        var p = 0.0;
        for (var k = n / h; k >= 1; k--)
        {
            var term = 1.0;
            for (var j = 0; j < h; j++) term = (n - (double)(k - 1) * h - j) * term / (n + (double)(k - 1) * h + j + 1);
            p = term * (1 - p);
        }

        return Math.Clamp(2 * p, 0, 1);
    }

    internal static double Paths(int n, int m, long largest)
    {
        // One leading cell, so that u(i-1) exists for i = 0 (its weight is 0 there).
        var u = new double[n + 2];
        Array.Fill(u, 1.0);
        u[1] = 0;
        var lowest = 0;
        var steps = new Vector<double>(Enumerable.Range(0, Vector<double>.Count).Select(lane => (double)lane).ToArray());
        for (var s = 1; s <= n + m; s++)
        {
            // |i*m - (s-i)*n| < largest  <=>  (s*n - largest)/(n+m) < i < (s*n + largest)/(n+m)
            var low = (int)Math.Max(FloorDivide((long)s * n - largest, n + m) + 1, Math.Max(0, s - m));
            var high = (int)Math.Min(-FloorDivide(-((long)s * n + largest), n + m) - 1, Math.Min(n, s));
            Step(u.AsSpan(low, Math.Max(0, high - low + 2)), low, s, steps);
            for (; lowest < low; lowest++) u[lowest + 1] = 1;
        }

        return Math.Clamp(u[n + 1], 0, 1);
    }

    // cells[0] is u(low-1); cells[c] becomes u(low-1+c) of diagonal s. From the top down, because a cell reads its lower neighbour of the diagonal before.
    // Whole-number weights, divided last: a weight of exactly 0 must stay 0, or the 1 beyond the boundary would leak into tails of 1e-20.
    private static void Step(Span<double> cells, int low, int s, Vector<double> steps)
    {
        if (cells.Length < 2) return;
        var inverse = 1.0 / s;
        var whole = new Vector<double>(s);
        var c = cells.Length;
        ref var first = ref MemoryMarshal.GetReference(cells);
        var width = Vector<double>.Count;
        for (; c - width >= 1; c -= width)
        {
            var from = c - width;
            var weight = new Vector<double>(low - 1 + from) + steps;
            var left = Vector.LoadUnsafe(ref first, (nuint)(from - 1));
            var self = Vector.LoadUnsafe(ref first, (nuint)from);
            ((weight * left + (whole - weight) * self) * inverse).StoreUnsafe(ref first, (nuint)from);
        }

        for (c--; c >= 1; c--)
        {
            double weight = low - 1 + c;
            cells[c] = (weight * cells[c - 1] + (s - weight) * cells[c]) * inverse;
        }
    }

    private static long FloorDivide(long a, long b) => a >= 0 ? a / b : -((-a + b - 1) / b);
}
