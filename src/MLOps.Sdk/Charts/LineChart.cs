namespace MLOps.Charts;

/// <summary>Series over numbers or over time, with events, shaded stretches and thresholds. Any number of points gives a bounded picture.</summary>
public sealed record LineChart : Chart
{
    /// <summary>The lines, in legend order; the colour follows the position.</summary>
    public required IReadOnlyList<LineSeries> Series { get; init; }

    /// <summary>Whether x is a time in milliseconds since 1970 UTC (see <see cref="LineSeries.OverTime"/>); then the axis shows dates. Off by default.</summary>
    public bool IsOverTime { get; init; }

    /// <summary>The name and unit of the values, shown above the axis; null for none.</summary>
    public string? YLabel { get; init; }

    /// <summary>The name and unit of x; null for none.</summary>
    public string? XLabel { get; init; }

    /// <summary>Events as vertical lines. Those outside the data widen the axis.</summary>
    public IReadOnlyList<ChartMarker> Markers { get; init; } = [];

    /// <summary>Shaded stretches behind the lines.</summary>
    public IReadOnlyList<ChartBand> Bands { get; init; } = [];

    /// <summary>Levels as dashed horizontal lines; the value axis includes them.</summary>
    public IReadOnlyList<ChartThreshold> Thresholds { get; init; } = [];

    /// <summary>Makes the value axis include 0, as it should where areas or ratios are compared. Off by default.</summary>
    public bool IncludesZero { get; init; }

    /// <summary>Height in pixels of the plot itself, without title, legend and axis, 60..2,000.</summary>
    public int PlotHeight { get; init; } = 220;

    /// <summary>A .NET number format for the value axis, such as <c>0%</c>; null for a fitting one.</summary>
    public string? Format { get; init; }

    /// <inheritdoc/>
    public override string ToSvg()
    {
        ArgumentNullException.ThrowIfNull(Series);
        var svg = new SvgText();
        var body = new SvgText();
        const double Right = 20;
        var yValues = Series.SelectMany(s => s.Y).Concat(Thresholds.Select(t => t.Value)).Concat(IncludesZero ? [0.0] : Array.Empty<double>());
        var labelWidth = Axis.Numbers(yValues, 0, 1, 5, round: true, Format).Ticks.Max(t => Markup.WidthOf(t.Label, SvgText.FontSize));
        var left = Math.Max(28, labelWidth + 12);
        var plotRight = DrawnWidth - Right;

        var y = 8.0;
        body.Text(0, y + 12, Markup.Shorten(Title, DrawnWidth / 8), size: 14, bold: true);
        y += 26;
        if (Series.Count > 1) y = Legend.Draw(body, 0, y, DrawnWidth, Series.Select((s, i) => (s.Name, Palette.Of(s.Colour ?? i), s.IsDashed, false)));
        if (YLabel is not null)
        {
            body.Text(0, y + 10, Markup.Shorten(YLabel, DrawnWidth / 8), opacity: 0.7);
            y += 18;
        }

        var xValues = Series.SelectMany(s => s.X).Concat(Markers.Select(m => m.X)).Concat(Bands.SelectMany(b => new[] { b.From, b.To }));
        var xAxis = IsOverTime ? Axis.Times(xValues, left, plotRight) : Axis.Numbers(xValues, left, plotRight, Math.Max(2, DrawnWidth / 90), round: false);
        y = MarkerLabels.Place(Markers.Where(m => Axis.CanDraw(m.X)), xAxis, left, plotRight, y, out var markers);
        var top = y + 6;
        var bottom = top + Math.Clamp(PlotHeight, 60, 2000);
        var yAxis = Axis.Numbers(yValues, bottom, top, 5, round: true, Format);

        foreach (var band in Bands.Where(b => Axis.CanDraw(b.From) && Axis.CanDraw(b.To)))
        {
            double from = xAxis.Pixel(Math.Min(band.From, band.To)), to = xAxis.Pixel(Math.Max(band.From, band.To));
            body.Box(from, top, Math.Max(1, to - from), bottom - top, "currentColor", 0.07, tip: band.Label);
            var room = (int)((to - from - 8) / 6);
            if (room >= 4) body.Text(from + 5, bottom - 6, Markup.Shorten(band.Label, room), opacity: 0.7, size: 11);
        }

        foreach (var (value, label) in yAxis.Ticks)
        {
            body.Line(left, yAxis.Pixel(value), plotRight, yAxis.Pixel(value), opacity: 0.13);
            body.Text(left - 8, yAxis.Pixel(value) + 4, label, "end", 0.75);
        }

        body.Line(left, bottom, plotRight, bottom, opacity: 0.5);
        DrawXTicks(body, xAxis, bottom, DrawnWidth);
        foreach (var (threshold, pixel) in Thresholds.Where(t => Axis.CanDraw(t.Value)).Select(t => (t, yAxis.Pixel(t.Value))))
        {
            body.Line(left, pixel, plotRight, pixel, opacity: 0.75, width: 1.2, dashes: "2 3", tip: threshold.Label);
            body.Text(plotRight, pixel < top + 14 ? pixel + 13 : pixel - 5, Markup.Shorten(threshold.Label, 40), "end", 0.75, 11);
        }

        for (var i = 0; i < Series.Count; i++)
        {
            var dots = Series[i].IsScattered;
            var path = dots ? LinePath.Dots(Series[i].X, Series[i].Y, xAxis.Pixel, yAxis.Pixel) : LinePath.Of(Series[i].X, Series[i].Y, xAxis.Pixel, yAxis.Pixel);
            if (path.Length > 0) body.Path(path, Palette.Of(Series[i].Colour ?? i), dots ? 7 : 1.8, dashes: Series[i].IsDashed ? "5 3" : null, tip: Series[i].Name);
            else if (Series.Count == 1) body.Text((left + plotRight) / 2, (top + bottom) / 2, "No data", "middle", 0.6);
        }

        foreach (var marker in markers) marker.Draw(body, bottom);
        var height = bottom + 26;
        if (XLabel is not null)
        {
            body.Text(plotRight, height + 8, Markup.Shorten(XLabel, DrawnWidth / 8), "end", 0.7);
            height += 18;
        }

        return svg.Open(DrawnWidth, height, Summary()).Append(body).Close();
    }

    private static void DrawXTicks(SvgText svg, Axis axis, double bottom, double width)
    {
        // Under the value axis there is room as well; a label at either end moves inwards, and one that would touch its neighbour is left out.
        var free = 0.0;
        foreach (var (value, label) in axis.Ticks)
        {
            var x = axis.Pixel(value);
            svg.Line(x, bottom, x, bottom + 4, opacity: 0.5);
            var half = Markup.WidthOf(label, SvgText.FontSize) / 2;
            var centre = Math.Min(Math.Max(x, half), width - half);
            if (centre - half < free) continue;
            svg.Text(centre, bottom + 18, label, "middle", 0.75);
            free = centre + half + 8;
        }
    }

    private string Summary() => Series.Count == 0 ? Title : $"{Title}. Lines: {string.Join(", ", Series.Take(8).Select(s => Markup.Shorten(s.Name, 60)))}.";
}
