namespace MLOps.Charts;

/// <summary>Numbers in rows and columns, darker where there is more: a confusion matrix. Each row is shaded by its shares, so that rare rows are read as well as frequent ones.</summary>
public sealed record MatrixChart : Chart
{
    /// <summary>The most rows and columns that are drawn; of a larger matrix the first ones are.</summary>
    public const int Most = 40;

    /// <summary>The names of the rows, from top to bottom, and of the columns.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>The numbers, row by row.</summary>
    public required IReadOnlyList<IReadOnlyList<double>> Rows { get; init; }

    /// <summary>What the rows are; null for nothing.</summary>
    public string? RowLabel { get; init; }

    /// <summary>What the columns are; null for nothing.</summary>
    public string? ColumnLabel { get; init; }

    /// <inheritdoc/>
    public override string ToSvg()
    {
        ArgumentNullException.ThrowIfNull(Labels);
        ArgumentNullException.ThrowIfNull(Rows);
        var count = Math.Min(Math.Min(Labels.Count, Rows.Count), Most);
        var body = new SvgText();
        body.Text(0, 20, Markup.Shorten(Title, DrawnWidth / 8), size: 14, bold: true);
        if (count == 0) return new SvgText().Open(DrawnWidth, 60, Title).Append(body.Text(0, 44, "No data", opacity: 0.6)).Close();

        var names = Labels.Take(count).Select(l => Markup.Shorten(l, 16)).ToList();
        var left = names.Max(n => Markup.WidthOf(n, SvgText.FontSize)) + 16;
        var cell = Math.Clamp((DrawnWidth - left) / count, 14, 64);
        double top = 62, size = Math.Min(cell, 44);
        if (RowLabel is not null || ColumnLabel is not null) body.Text(0, 40, $"{RowLabel} in rows, {ColumnLabel} in columns", opacity: 0.7, size: 11);
        for (var column = 0; column < count; column++)
            body.Text(left + (column * cell) + (cell / 2), top - 6, Markup.Shorten(names[column], Math.Max(1, (int)(cell / 7))), "middle", 0.8, 11);
        for (var row = 0; row < count; row++)
        {
            var y = top + (row * size);
            body.Text(left - 8, y + (size / 2) + 4, names[row], "end", 0.8);
            var values = Enumerable.Range(0, count).Select(c => c < Rows[row].Count ? Rows[row][c] : double.NaN).ToList();
            var sum = values.Where(v => Axis.CanDraw(v) && v > 0).Sum();
            for (var column = 0; column < count; column++)
            {
                var value = values[column];
                var share = sum > 0 && Axis.CanDraw(value) ? Math.Clamp(value / sum, 0, 1) : 0;
                var x = left + (column * cell);
                body.Box(x + 1, y + 1, cell - 2, size - 2, Palette.Of(0), 0.06 + (0.54 * share), 2, $"{Labels[row]} → {Labels[column]}: {NumberText.Short(value)} ({share.ToString("0%", System.Globalization.CultureInfo.InvariantCulture)})");
                if (cell >= 26) body.Text(x + (cell / 2), y + (size / 2) + 4, NumberText.Short(value), "middle", 1, 11, row == column);
            }
        }

        var end = top + (count * size) + 8;
        if (Labels.Count > count) body.Text(left, end + 12, $"and {Labels.Count - count} more", opacity: 0.7);
        return new SvgText().Open(DrawnWidth, end + 20, $"{Title}. Matrix of {string.Join(", ", names.Take(8))}.").Append(body).Close();
    }
}
