namespace MLOps.Experiments;

/// <summary>Chooses the points of a long series that show its shape.</summary>
static class MetricSample
{
    /// <summary>At most so many of the points; all of them when they are no more.</summary>
    public static MetricColumns Of(MetricColumns points, int most, MetricSampling sampling)
    {
        if (points.Count <= most) return points;
        return points.At(sampling == MetricSampling.LargestTriangle ? LargestTriangles(points, most) : MinMax(points, most));
    }

    /// <summary>
    /// The lowest and the highest point of each of equally long stretches, so that no spike is lost; the first point of a stretch without any
    /// number. O(n).
    /// </summary>
    private static List<int> MinMax(MetricColumns points, int most)
    {
        var values = points.Values;
        var stretches = Math.Max(1, most / 2);
        var places = new List<int>(most);
        for (var stretch = 0; stretch < stretches; stretch++)
        {
            int from = (int)((long)stretch * values.Length / stretches), to = (int)((long)(stretch + 1) * values.Length / stretches);
            int low = -1, high = -1;
            for (var i = from; i < to; i++)
            {
                if (double.IsNaN(values[i])) continue;
                if (low < 0) low = high = i;
                else if (values[i] < values[low]) low = i;
                else if (values[i] > values[high]) high = i;
            }

            if (low < 0) low = high = from;
            places.Add(Math.Min(low, high));
            if (low != high) places.Add(Math.Max(low, high));
        }

        return places;
    }

    /// <summary>
    /// Largest triangle three buckets (Steinarsson 2013): the first and the last point, and of each stretch between them the point that
    /// spans the largest triangle with the one chosen before and the mean of the next stretch. Points that are not finite are left out. O(n).
    /// </summary>
    private static List<int> LargestTriangles(MetricColumns points, int most)
    {
        var finite = Finite(points.Values);
        var count = finite?.Length ?? points.Count;
        if (count <= most) return [.. finite ?? [.. Enumerable.Range(0, count)]];
        var places = new List<int>(most) { Place(finite, 0) };
        if (most < 3)
        {
            if (most == 2) places.Add(Place(finite, count - 1));
            return places;
        }

        double length = (double)(count - 2) / (most - 2);
        var (steps, values) = (points.Steps, points.Values);
        var chosen = 0;
        for (var stretch = 0; stretch < most - 2; stretch++)
        {
            int from = 1 + (int)(stretch * length), to = 1 + (int)((stretch + 1) * length);
            int nextTo = Math.Min(1 + (int)((stretch + 2) * length), count);
            double meanX = 0, meanY = 0;
            for (var i = to; i < nextTo; i++)
            {
                var place = Place(finite, i);
                meanX += steps[place];
                meanY += values[place];
            }

            var next = Math.Max(1, nextTo - to);
            if (nextTo == to) (meanX, meanY) = (steps[Place(finite, count - 1)], values[Place(finite, count - 1)]);
            (meanX, meanY) = (meanX / next, meanY / next);
            var start = Place(finite, chosen);
            double x = steps[start], y = values[start], largest = -1;
            double dx = x - meanX, dy = meanY - y;
            var best = from;
            for (var i = from; i < to; i++)
            {
                var place = Place(finite, i);
                var area = Math.Abs((dx * (values[place] - y)) - ((x - steps[place]) * dy));
                if (!(area > largest)) continue;
                (largest, best) = (area, i);
            }

            places.Add(Place(finite, best));
            chosen = best;
        }

        places.Add(Place(finite, count - 1));
        return places;
    }

    /// <summary>The places of finite values; null when all are.</summary>
    private static int[]? Finite(double[] values)
    {
        var count = 0;
        foreach (var value in values)
            if (double.IsFinite(value)) count++;
        if (count == values.Length) return null;
        var places = new int[count];
        for (int i = 0, at = 0; i < values.Length; i++)
            if (double.IsFinite(values[i])) places[at++] = i;
        return places;
    }

    private static int Place(int[]? finite, int i) => finite is null ? i : finite[i];
}
