namespace MLOps.Charts;

/// <summary>A line without axes, small enough for a table's cell; its last point is marked.</summary>
public sealed record Sparkline : Chart
{
    /// <summary>A sparkline 110 pixels wide.</summary>
    public Sparkline() => Width = 110;

    /// <summary>The values in order; NaN leaves a gap.</summary>
    public required IReadOnlyList<double> Values { get; init; }

    /// <summary>Height in pixels, 10..200.</summary>
    public int Height { get; init; } = 26;

    /// <inheritdoc/>
    public override string ToSvg()
    {
        ArgumentNullException.ThrowIfNull(Values);
        double height = Math.Clamp(Height, 10, 200), width = Math.Clamp(Width, 20, 400);
        var svg = new SvgText().Open((int)width, height, Title);
        var y = Axis.Numbers(Values, height - 4, 4, 2, round: false);
        double X(double i) => Values.Count < 2 ? width / 2 : 3 + i / (Values.Count - 1) * (width - 8);
        var path = LinePath.Of([.. Enumerable.Range(0, Values.Count).Select(i => (double)i)], Values, X, y.Pixel);
        if (path.Length > 0) svg.Path(path, Palette.Of(0), 1.5, tip: Title);
        var last = Values.Count - 1;
        if (last >= 0 && Axis.CanDraw(Values[last])) svg.Box(X(last) - 2.2, y.Pixel(Values[last]) - 2.2, 4.4, 4.4, Palette.Of(1), radius: 2.2);
        return svg.Close();
    }
}
