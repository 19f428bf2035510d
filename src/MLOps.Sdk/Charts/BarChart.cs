namespace MLOps.Charts;

/// <summary>Horizontal bars, one group per category: room for long names, and values to read beside them.</summary>
public sealed record BarChart : Chart
{
    /// <summary>The names, from top to bottom. At most <see cref="MaxCategories"/> are drawn; the picture says how many are left out.</summary>
    public required IReadOnlyList<string> Categories { get; init; }

    /// <summary>One or more series with a value per category.</summary>
    public required IReadOnlyList<BarSeries> Series { get; init; }

    /// <summary>A .NET number format for the values, such as <c>0.0%</c>; null for a fitting one.</summary>
    public string? Format { get; init; }

    /// <summary>Levels as dashed vertical lines.</summary>
    public IReadOnlyList<ChartThreshold> Thresholds { get; init; } = [];

    /// <summary>The largest number of categories drawn, 1..500.</summary>
    public int MaxCategories { get; init; } = 40;

    /// <inheritdoc/>
    public override string ToSvg()
    {
        ArgumentNullException.ThrowIfNull(Categories);
        ArgumentNullException.ThrowIfNull(Series);
        var body = new SvgText();
        var count = Math.Min(Categories.Count, Math.Clamp(MaxCategories, 1, 500));
        var labels = Categories.Take(count).Select(c => Markup.Shorten(c, 32)).ToArray();
        var left = Math.Min(DrawnWidth * 0.4, labels.Select(label => Markup.WidthOf(label, SvgText.FontSize)).DefaultIfEmpty(0).Max() + 12);
        var y = 8.0;
        body.Text(0, y + 12, Markup.Shorten(Title, DrawnWidth / 8), size: 14, bold: true);
        y += 28;
        if (Series.Count > 1) y = Legend.Draw(body, 0, y, DrawnWidth, Series.Select((s, i) => (s.Name, Palette.Of(i), false, true)));
        if (Thresholds.Count > 0) y += 16;

        var values = Series.SelectMany(s => s.Values.Take(count)).Concat(Thresholds.Select(t => t.Value)).Where(Axis.CanDraw).Append(0).ToArray();
        var valueWidth = values.Max(v => Markup.WidthOf(NumberText.Of(v, Format), 11)) + 8;
        var hasNegative = values.Any(v => v < 0);
        var axis = Axis.Numbers(values, left + (hasNegative ? valueWidth : 0), DrawnWidth - valueWidth - 4, 5, round: values.All(v => v == 0), Format);
        var zero = axis.Pixel(0);
        var thick = Series.Count > 1 ? 9.0 : 14.0;
        var group = thick * Math.Max(1, Series.Count) + 9;
        var top = y;
        for (var c = 0; c < count; c++, y += group)
        {
            body.Text(left - 8, y + (group - 9) / 2 + 4, labels[c], "end");
            for (var s = 0; s < Series.Count; s++)
            {
                var value = c < Series[s].Values.Count ? Series[s].Values[c] : double.NaN;
                var barTop = y + s * thick;
                if (!Axis.CanDraw(value)) continue;
                var end = axis.Pixel(value);
                var shown = NumberText.Of(value, Format);
                body.Box(Math.Min(zero, end), barTop, Math.Max(Math.Abs(end - zero), value == 0 ? 0 : 0.8), thick - 1, Palette.Of(s), radius: 1.5, tip: $"{Categories[c]}, {Series[s].Name}: {shown}");
                body.Text(end + (value < 0 ? -4 : 4), barTop + thick / 2 + 3, shown, value < 0 ? "end" : "start", 0.8, Series.Count > 1 ? 10 : 11);
            }
        }

        if (count == 0) body.Text(0, y + 12, "No data", opacity: 0.6);
        body.Line(zero, top - 3, zero, Math.Max(y - 5, top + 12), opacity: 0.5);
        foreach (var threshold in Thresholds.Where(t => Axis.CanDraw(t.Value)))
        {
            var x = axis.Pixel(threshold.Value);
            body.Line(x, top - 6, x, y - 4, opacity: 0.75, width: 1.2, dashes: "2 3", tip: threshold.Label);
            body.Text(x, top - 9, Markup.Shorten(threshold.Label, 40), x > DrawnWidth * 0.6 ? "end" : "start", 0.75, 11);
        }

        if (Categories.Count > count)
        {
            body.Text(left, y + 10, $"and {Categories.Count - count} more", opacity: 0.7);
            y += 18;
        }

        return new SvgText().Open(DrawnWidth, Math.Max(y, top + 18) + 4, $"{Title}. Bars: {string.Join(", ", labels.Take(8))}.").Append(body).Close();
    }
}
