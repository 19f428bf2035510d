namespace MLOps.Experiments;

/// <summary>Points of a metric as columns, in the order in which they were logged.</summary>
/// <param name="Steps">The steps.</param>
/// <param name="Times">Milliseconds since 1970, UTC.</param>
/// <param name="Values">The values.</param>
sealed record MetricColumns(long[] Steps, long[] Times, double[] Values)
{
    public int Count => Values.Length;

    public MetricPoint this[int i] => new(Steps[i], DateTimeOffset.FromUnixTimeMilliseconds(Times[i]), Values[i]);

    /// <summary>All points of several blocks.</summary>
    public static MetricColumns Joined(IReadOnlyList<MetricColumns> parts)
    {
        if (parts is [var one]) return one;
        var count = parts.Sum(p => p.Count);
        var all = new MetricColumns(new long[count], new long[count], new double[count]);
        var at = 0;
        foreach (var part in parts)
        {
            part.Steps.CopyTo(all.Steps, at);
            part.Times.CopyTo(all.Times, at);
            part.Values.CopyTo(all.Values, at);
            at += part.Count;
        }

        return all;
    }

    /// <summary>Some points as they are logged.</summary>
    public LoggedPoint[] Logged(int from, int count)
    {
        var points = new LoggedPoint[count];
        for (var i = 0; i < count; i++) points[i] = new LoggedPoint(0, Steps[from + i], Times[from + i], Values[from + i]);
        return points;
    }

    /// <summary>All but the first points.</summary>
    public MetricColumns After(int count) => count == 0 ? this : new(Steps[count..], Times[count..], Values[count..]);

    /// <summary>The points at some places.</summary>
    public MetricColumns At(IReadOnlyList<int> places)
    {
        var some = new MetricColumns(new long[places.Count], new long[places.Count], new double[places.Count]);
        for (var i = 0; i < places.Count; i++) (some.Steps[i], some.Times[i], some.Values[i]) = (Steps[places[i]], Times[places[i]], Values[places[i]]);
        return some;
    }
}
