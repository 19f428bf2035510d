namespace MLOps.Statistics;

/// <summary>How two columns move together, -1..1.</summary>
/// <remarks>Pairs with NaN are left out. NaN when fewer than two pairs remain or a column is constant.</remarks>
/// <example><code>
/// double r = Correlation.Pearson([1, 2, 3], [2, 4, 6]);    // 1
/// double rho = Correlation.Spearman([1, 2, 3, 4], [1, 8, 27, 64]);    // 1: the order agrees, although the values are not on a line
/// </code></example>
public static class Correlation
{
    /// <summary>Pearson's r: covariance / (standard deviations), two passes, O(n).</summary>
    /// <param name="a">One column, finite numbers or NaN.</param>
    /// <param name="b">The other, in the same order.</param>
    /// <exception cref="MLOpsInvalidException">The lengths differ.</exception>
    public static double Pearson(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var (x, y) = Pairs(a, b);
        return OfPairs(x, y);
    }

    /// <summary>Spearman's rho: Pearson's r of the ranks, ties sharing their mean rank; unchanged by any increasing map of either column. O(n log n).</summary>
    /// <param name="a">One column.</param>
    /// <param name="b">The other, in the same order.</param>
    /// <exception cref="MLOpsInvalidException">The lengths differ.</exception>
    public static double Spearman(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var (x, y) = Pairs(a, b);
        return OfPairs(Ranks.Mid(x), Ranks.Mid(y));
    }

    private static double OfPairs(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        if (x.Length < 2) return double.NaN;
        Moments mx = Moments.Of(x), my = Moments.Of(y);
        if (mx.Min == mx.Max || my.Min == my.Max) return double.NaN;
        var sum = 0.0;
        for (var i = 0; i < x.Length; i++) sum += (x[i] - mx.Mean) * (y[i] - my.Mean);
        return Math.Clamp(sum / (Math.Sqrt(mx.SumOfSquares) * Math.Sqrt(my.SumOfSquares)), -1, 1);
    }

    private static (double[] A, double[] B) Pairs(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        Rows.Same(a.Length, b.Length, "values of the other column");
        List<double> x = new(a.Length), y = new(a.Length);
        for (var i = 0; i < a.Length; i++)
        {
            if (double.IsNaN(a[i]) || double.IsNaN(b[i])) continue;
            x.Add(a[i]);
            y.Add(b[i]);
        }

        return ([.. x], [.. y]);
    }
}
