namespace MLOps.Statistics;

/// <summary>
/// The non-decreasing function nearest to the data in (weighted) squares: turns scores into probabilities without assuming a shape.
/// </summary>
/// <remarks>
/// Pool adjacent violators (Ayer and others 1955; Barlow and others 1972): equal x are first averaged, then neighbours out of order are pooled until none is; O(n log n)
/// for the sort, O(n) for the pooling. Between knots the function is linear, outside it is constant. Knots inside a flat stretch are dropped. Rows with NaN are left out.
/// Immutable, safe for concurrent use.
/// </remarks>
/// <example><code>
/// var isotonic = IsotonicRegression.Fit([0.1, 0.2, 0.3, 0.4], [0, 1, 0, 1]);
/// double p = isotonic.Predict(0.25);    // 0.5: the second and third row are pooled
/// </code></example>
public sealed class IsotonicRegression
{
    private readonly double[] _x;
    private readonly double[] _y;

    private IsotonicRegression(double[] x, double[] y) => (_x, _y) = (x, y);

    /// <summary>Where the knots are, strictly ascending.</summary>
    public ReadOnlySpan<double> X => _x;

    /// <summary>The value at each knot, never falling.</summary>
    public ReadOnlySpan<double> Y => _y;

    /// <summary>The function nearest to some points.</summary>
    /// <param name="x">Where each point is (a score), finite or NaN.</param>
    /// <param name="y">Its value (1 for a positive row, 0 for a negative one), finite or NaN.</param>
    /// <param name="weights">How much each point counts, above 0; empty for equal weights.</param>
    /// <exception cref="MLOpsInvalidException">The lengths differ, a weight is not above 0, a number is infinite, or no point is without NaN.</exception>
    public static IsotonicRegression Fit(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> weights = default)
    {
        Rows.Same(y.Length, x.Length, "places");
        if (!weights.IsEmpty) Rows.Same(y.Length, weights.Length, "weights");
        var points = new List<(double X, double Y, double Weight)>(x.Length);
        for (var i = 0; i < x.Length; i++)
        {
            var weight = weights.IsEmpty ? 1 : weights[i];
            if (!(weight > 0 && double.IsFinite(weight))) throw new MLOpsInvalidException($"The weight at position {i} is {weight}: it must be above 0 and finite.");
            if (double.IsNaN(x[i]) || double.IsNaN(y[i])) continue;
            if (double.IsInfinity(x[i]) || double.IsInfinity(y[i])) throw new MLOpsInvalidException($"The point at position {i} is ({x[i]}, {y[i]}): both must be finite.");
            points.Add((x[i], y[i], weight));
        }

        if (points.Count == 0) throw new MLOpsInvalidException("There is no point to fit: at least one is needed.");
        return Knots(Pool(Distinct(points)));
    }

    /// <summary>The function's value at a place: O(log knots). NaN gives NaN.</summary>
    public double Predict(double x)
    {
        if (double.IsNaN(x)) return double.NaN;
        var at = Array.BinarySearch(_x, x);
        if (at >= 0) return _y[at];
        at = ~at;
        if (at == 0) return _y[0];
        if (at == _x.Length) return _y[^1];
        return _y[at - 1] + (_y[at] - _y[at - 1]) * ((x - _x[at - 1]) / (_x[at] - _x[at - 1]));
    }

    /// <summary>The values at several places, written to <paramref name="results"/>.</summary>
    /// <exception cref="MLOpsInvalidException">There is less room than places.</exception>
    public void Predict(ReadOnlySpan<double> x, Span<double> results)
    {
        if (results.Length < x.Length) throw new MLOpsInvalidException($"There is room for {results.Length} results and there are {x.Length} places.");
        for (var i = 0; i < x.Length; i++) results[i] = Predict(x[i]);
    }

    private static List<(double First, double Last, double Sum, double Weight)> Distinct(List<(double X, double Y, double Weight)> points)
    {
        var distinct = new List<(double First, double Last, double Sum, double Weight)>();
        foreach (var (x, y, weight) in points.OrderBy(p => p.X))
        {
            if (distinct.Count > 0 && distinct[^1].Last == x) distinct[^1] = (x, x, distinct[^1].Sum + y * weight, distinct[^1].Weight + weight);
            else distinct.Add((x, x, y * weight, weight));
        }

        return distinct;
    }

    private static List<(double First, double Last, double Sum, double Weight)> Pool(List<(double First, double Last, double Sum, double Weight)> points)
    {
        var pools = new List<(double First, double Last, double Sum, double Weight)>();
        foreach (var point in points)
        {
            var pool = point;
            while (pools.Count > 0 && pools[^1].Sum * pool.Weight >= pool.Sum * pools[^1].Weight)
            {
                pool = (pools[^1].First, pool.Last, pools[^1].Sum + pool.Sum, pools[^1].Weight + pool.Weight);
                pools.RemoveAt(pools.Count - 1);
            }

            pools.Add(pool);
        }

        return pools;
    }

    private static IsotonicRegression Knots(List<(double First, double Last, double Sum, double Weight)> pools)
    {
        List<double> x = [], y = [];
        foreach (var (first, last, sum, weight) in pools)
        {
            x.Add(first);
            y.Add(sum / weight);
            if (last == first) continue;
            x.Add(last);
            y.Add(sum / weight);
        }

        return new([.. x], [.. y]);
    }
}
