using System.Text;

namespace MLOps.Charts;

/// <summary>
/// The path of a series: per column of pixels its first, lowest, highest and last point, which draws the same picture as all points would (Jugel et al. 2014,
/// "M4"), so that the length of the path is bounded by the width of the chart and not by the data.
/// </summary>
internal static class LinePath
{
    /// <summary>O(n), or O(n log n) when x is not sorted. Empty when nothing can be drawn.</summary>
    public static string Of(IReadOnlyList<double> xs, IReadOnlyList<double> ys, Func<double, double> toX, Func<double, double> toY)
    {
        var path = new StringBuilder();
        var column = new Column();
        var gap = true;
        var lastX = double.NaN;
        foreach (var i in Ordered(xs, Math.Min(xs.Count, ys.Count)))
        {
            if (!Axis.CanDraw(xs[i])) continue;
            if (!Axis.CanDraw(ys[i]))
            {
                gap = true;
                continue;
            }

            double x = toX(xs[i]), y = toY(ys[i]);
            if (column.Count > 0 && Math.Floor(x) == Math.Floor(column.X))
            {
                column.Add(y);
                (gap, lastX) = (false, x);
                continue;
            }

            column.Flush(path);
            // A gap of less than a pixel can't be seen.
            column = new Column { X = x, AfterGap = gap && !(x - lastX < 1) };
            column.Add(y);
            (gap, lastX) = (false, x);
        }

        column.Flush(path);
        return path.ToString();
    }

    /// <summary>A dot for each pixel that has a point: lines of no length, whose round caps are seen.</summary>
    public static string Dots(IReadOnlyList<double> xs, IReadOnlyList<double> ys, Func<double, double> toX, Func<double, double> toY)
    {
        var path = new StringBuilder();
        var drawn = new HashSet<(double, double)>();
        for (var i = 0; i < Math.Min(xs.Count, ys.Count); i++)
        {
            if (!Axis.CanDraw(xs[i]) || !Axis.CanDraw(ys[i])) continue;
            double x = toX(xs[i]), y = toY(ys[i]);
            if (drawn.Add((Math.Round(x), Math.Round(y)))) path.Append('M').Append(SvgText.Number(x)).Append(' ').Append(SvgText.Number(y)).Append("h0");
        }

        return path.ToString();
    }

    private static IEnumerable<int> Ordered(IReadOnlyList<double> xs, int count)
    {
        for (var i = 1; i < count; i++)
            if (xs[i] < xs[i - 1]) return Enumerable.Range(0, count).OrderBy(k => xs[k]);
        return Enumerable.Range(0, count);
    }

    private struct Column
    {
        private double _first, _low, _high, _last;
        private bool _lowCameFirst;

        public double X { get; set; }

        public bool AfterGap { get; set; }

        public int Count { get; private set; }

        public void Add(double y)
        {
            if (Count++ == 0) _first = _low = _high = y;
            if (y < _low) (_low, _lowCameFirst) = (y, false);
            if (y > _high) (_high, _lowCameFirst) = (y, true);
            _last = y;
        }

        public readonly void Flush(StringBuilder path)
        {
            if (Count == 0) return;
            path.Append(AfterGap ? 'M' : 'L').Append(SvgText.Number(X)).Append(' ').Append(SvgText.Number(_first));
            // A point alone gets a line of no length: its round cap is a dot.
            if (Count == 1 && AfterGap) path.Append("h0");
            var previous = _first;
            foreach (var y in _lowCameFirst ? (ReadOnlySpan<double>)[_low, _high, _last] : [_high, _low, _last])
            {
                if (y != previous) path.Append('V').Append(SvgText.Number(y));
                previous = y;
            }
        }
    }
}
