using System.Globalization;
using System.Text;

namespace MLOps.Charts;

/// <summary>Two distributions laid over each other: a reference and what is seen now. Heights are shares of each sample, so that samples of different size compare.</summary>
public sealed record HistogramChart : Chart
{
    private HistogramChart()
    {
    }

    private double[] Edges { get; init; } = [];

    private string[] Categories { get; init; } = [];

    private double[] Reference { get; init; } = [];

    private double[] Current { get; init; } = [];

    private bool IsClipped { get; init; }

    /// <summary>The name of the reference in the legend.</summary>
    public string ReferenceName { get; init; } = "Reference";

    /// <summary>The name of the current sample in the legend.</summary>
    public string CurrentName { get; init; } = "Current";

    /// <summary>Height in pixels of the plot of a numeric chart, 60..2,000.</summary>
    public int PlotHeight { get; init; } = 180;

    /// <summary>
    /// Two numeric samples over bins of equal width. What is not finite is left out. Where outliers would leave the bulk of the data in a few bins, the axis covers
    /// the middle 99 % and the outermost bins hold the rest (the axis says so).
    /// </summary>
    /// <param name="title">What is compared.</param>
    /// <param name="reference">The reference values.</param>
    /// <param name="current">The current values.</param>
    /// <param name="bins">The number of bins, 1..200.</param>
    public static HistogramChart OfNumbers(string title, ReadOnlySpan<double> reference, ReadOnlySpan<double> current, int bins = 32)
    {
        bins = Math.Clamp(bins, 1, 200);
        var all = new List<double>(reference.Length + current.Length);
        foreach (var value in reference) if (Axis.CanDraw(value)) all.Add(value);
        foreach (var value in current) if (Axis.CanDraw(value)) all.Add(value);
        if (all.Count == 0) return new() { Title = title };
        all.Sort();
        double low = all[0], high = all[^1], innerLow = all[(int)(all.Count * 0.005)], innerHigh = all[Math.Min(all.Count - 1, (int)(all.Count * 0.995))];
        var clipped = innerHigh > innerLow && high - low > 3 * (innerHigh - innerLow);
        if (clipped) (low, high) = (innerLow, innerHigh);
        if (!(high - low > Math.Abs(high) * 1e-12)) (low, high) = (low - Math.Max(0.5, Math.Abs(low) * 0.05), high + Math.Max(0.5, Math.Abs(high) * 0.05));
        var distinct = 1;
        for (var i = 1; i < all.Count && distinct <= bins; i++) distinct += all[i] > all[i - 1] ? 1 : 0;
        // A few whole numbers (an hour, a rating): one bin each, centred on them, instead of a comb.
        var whole = !clipped && high - low <= 60 && all.TrueForAll(v => v == Math.Floor(v));
        if (whole && distinct > 1) (low, high, bins) = (low - 0.5, high + 0.5, (int)(high - low) + 1);
        var edges = new double[bins + 1];
        for (var i = 0; i <= bins; i++) edges[i] = low + (high - low) * i / bins;
        return new() { Title = title, Edges = edges, Reference = Count(reference, low, high, bins), Current = Count(current, low, high, bins), IsClipped = clipped };
    }

    /// <summary>
    /// Counts over bins that are already made, with their inner edges (n edges, n + 1 counts, open at both ends): drawn as bars named by the edges, because an open bin has no width.
    /// </summary>
    /// <param name="title">What is compared.</param>
    /// <param name="edges">The inner edges, ascending.</param>
    /// <param name="reference">The reference's counts.</param>
    /// <param name="current">The current counts.</param>
    /// <exception cref="MLOpsInvalidException">The number of counts is not the number of edges plus one.</exception>
    public static HistogramChart OfBins(string title, ReadOnlySpan<double> edges, ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        var names = new string[edges.Length + 1];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = edges.IsEmpty ? "all" : i == 0 ? $"< {NumberText.Short(edges[0])}" : i == edges.Length ? $"≥ {NumberText.Short(edges[^1])}" : $"{NumberText.Short(edges[i - 1])} – {NumberText.Short(edges[i])}";
        }

        return OfCategories(title, names, reference, current, 200);
    }

    /// <summary>Counts per category. The largest categories are drawn; the rest is summed up as one.</summary>
    /// <param name="title">What is compared.</param>
    /// <param name="categories">Their names.</param>
    /// <param name="reference">The reference's counts, one per category.</param>
    /// <param name="current">The current counts, one per category.</param>
    /// <param name="most">The largest number of categories drawn, 2..200.</param>
    /// <exception cref="MLOpsInvalidException">The number of counts is not the number of categories.</exception>
    public static HistogramChart OfCategories(string title, IReadOnlyList<string> categories, ReadOnlySpan<long> reference, ReadOnlySpan<long> current, int most = 20)
    {
        ArgumentNullException.ThrowIfNull(categories);
        if (reference.Length != categories.Count || current.Length != categories.Count)
            throw new MLOpsInvalidException($"There are {categories.Count} categories or bins, {reference.Length} reference counts and {current.Length} current counts: give one of each per category.");
        double[] p = Shares(reference), q = Shares(current);
        most = Math.Clamp(most, 2, 200);
        if (categories.Count <= most) return new() { Title = title, Categories = [.. categories], Reference = p, Current = q };
        var kept = Enumerable.Range(0, p.Length).OrderByDescending(i => Math.Max(p[i], q[i])).Take(most - 1).Order().ToArray();
        var rest = Enumerable.Range(0, p.Length).Except(kept).ToArray();
        return new()
        {
            Title = title,
            Categories = [.. kept.Select(i => categories[i]), $"{rest.Length} others"],
            Reference = [.. kept.Select(i => p[i]), rest.Sum(i => p[i])],
            Current = [.. kept.Select(i => q[i]), rest.Sum(i => q[i])],
        };
    }

    /// <inheritdoc/>
    public override string ToSvg() => Categories.Length > 0
        ? new BarChart { Title = Title, Width = Width, Categories = Categories, Series = [new(ReferenceName, Reference), new(CurrentName, Current)], Format = "0.0%", MaxCategories = 500 }.ToSvg()
        : Numeric();

    private string Numeric()
    {
        var body = new SvgText();
        body.Text(0, 20, Markup.Shorten(Title, DrawnWidth / 8), size: 14, bold: true);
        var top = Legend.Draw(body, 0, 34, DrawnWidth, [(ReferenceName, Palette.Of(0), false, true), (CurrentName, Palette.Of(1), false, false)]) + 6;
        var bottom = top + Math.Clamp(PlotHeight, 60, 2000);
        const double Left = 44;
        double right = DrawnWidth - 20;
        var yAxis = Axis.Numbers(Reference.Concat(Current).Append(0), bottom, top, 4, round: true, "0.##%");
        var xAxis = Axis.Numbers(Edges, Left, right, Math.Max(2, DrawnWidth / 90), round: false);
        foreach (var (value, label) in yAxis.Ticks)
        {
            body.Line(Left, yAxis.Pixel(value), right, yAxis.Pixel(value), opacity: 0.13);
            body.Text(Left - 8, yAxis.Pixel(value) + 4, label, "end", 0.75);
        }

        if (Edges.Length == 0) body.Text((Left + right) / 2, (top + bottom) / 2, "No data", "middle", 0.6);
        for (var i = 0; i < Reference.Length; i++)
        {
            double from = xAxis.Pixel(Edges[i]), to = xAxis.Pixel(Edges[i + 1]), y = yAxis.Pixel(Reference[i]);
            var tip = $"{NumberText.Short(Edges[i])} – {NumberText.Short(Edges[i + 1])}: {ReferenceName} {Percent(Reference[i])}, {CurrentName} {Percent(Current[i])}";
            body.Box(from + 0.5, y, to - from - 1, bottom - y, Palette.Of(0), 0.5, tip: tip);
        }

        if (Current.Length > 0) body.Path(Steps(xAxis, yAxis, bottom), Palette.Of(1), 2, Palette.Of(1), 0.12, tip: CurrentName);
        body.Line(Left, bottom, right, bottom, opacity: 0.5);
        foreach (var (value, label) in xAxis.Ticks)
        {
            body.Line(xAxis.Pixel(value), bottom, xAxis.Pixel(value), bottom + 4, opacity: 0.5);
            body.Text(xAxis.Pixel(value), bottom + 18, label, "middle", 0.75);
        }

        if (IsClipped) body.Text(right, bottom + 34, "The outermost bins hold the values beyond them.", "end", 0.7, 11);
        return new SvgText().Open(DrawnWidth, bottom + (IsClipped ? 42 : 26), $"{Title}. Histogram of {ReferenceName} and {CurrentName}.").Append(body).Close();
    }

    private string Steps(Axis xAxis, Axis yAxis, double bottom)
    {
        var path = new StringBuilder();
        path.Append(CultureInfo.InvariantCulture, $"M{SvgText.Number(xAxis.Pixel(Edges[0]))} {SvgText.Number(bottom)}");
        for (var i = 0; i < Current.Length; i++)
            path.Append(CultureInfo.InvariantCulture, $"V{SvgText.Number(yAxis.Pixel(Current[i]))}H{SvgText.Number(xAxis.Pixel(Edges[i + 1]))}");
        return path.Append(CultureInfo.InvariantCulture, $"V{SvgText.Number(bottom)}").ToString();
    }

    private static string Percent(double share) => share.ToString("0.0%", CultureInfo.InvariantCulture);

    private static double[] Count(ReadOnlySpan<double> values, double low, double high, int bins)
    {
        var counts = new long[bins];
        foreach (var value in values)
            if (Axis.CanDraw(value)) counts[(int)Math.Clamp((value - low) / (high - low) * bins, 0, bins - 1)]++;
        return Shares(counts);
    }

    private static double[] Shares(ReadOnlySpan<long> counts)
    {
        var total = 0.0;
        foreach (var count in counts) total += Math.Max(0, count);
        var shares = new double[counts.Length];
        for (var i = 0; i < shares.Length; i++) shares[i] = total == 0 ? 0 : Math.Max(0, counts[i]) / total;
        return shares;
    }
}
