namespace MLOps.Charts;

/// <summary>One line of a <see cref="LineChart"/>.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="X">Numbers, or milliseconds since 1970 UTC in a chart over time. Need not be sorted.</param>
/// <param name="Y">One value per x; NaN leaves a gap.</param>
public sealed record LineSeries(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y)
{
    /// <summary>Draws the line dashed: for an estimate, a reference or a forecast.</summary>
    public bool IsDashed { get; init; }

    /// <summary>Draws a dot at each point and no line: for points that do not follow each other.</summary>
    public bool IsScattered { get; init; }

    /// <summary>
    /// Which colour of the palette, from 0: the same for the same thing in every chart of a report. By its position in the chart when null.
    /// </summary>
    /// <exception cref="MLOpsInvalidException">It is negative.</exception>
    public int? Colour
    {
        get;
        init => field = value is null or >= 0 ? value : throw new MLOpsInvalidException($"The colour of the series '{MLOps.Name.Shown(Name)}' is {value}; colours are counted from 0.");
    }

    /// <summary>A series over time.</summary>
    public static LineSeries OverTime(string name, IEnumerable<(DateTimeOffset Time, double Value)> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        List<double> x = [], y = [];
        foreach (var (time, value) in points)
        {
            x.Add(time.ToUnixTimeMilliseconds());
            y.Add(value);
        }

        return new(name, x, y);
    }

    /// <summary>A series of values one after the other, at x = 0, 1, 2, ...</summary>
    public static LineSeries Of(string name, IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return new(name, [.. Enumerable.Range(0, values.Count).Select(i => (double)i)], values);
    }
}
