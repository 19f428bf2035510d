namespace MLOps.Charts;

/// <summary>The names of the series beside a sample of their colour, in as many rows as they need.</summary>
internal static class Legend
{
    private const double RowHeight = 18, Swatch = 22;

    public static double Draw(SvgText svg, double left, double top, double right, IEnumerable<(string Name, string Colour, bool Dashed, bool Box)> entries)
    {
        double x = left, y = top;
        foreach (var (name, colour, dashed, box) in entries)
        {
            var shown = Markup.Shorten(name, 40);
            var width = Swatch + Markup.WidthOf(shown, SvgText.FontSize) + 18;
            if (x > left && x + width > right) (x, y) = (left, y + RowHeight);
            if (box) svg.Box(x, y + 3, 14, 10, colour, radius: 2);
            else svg.Line(x, y + 8, x + 16, y + 8, colour, width: 2.5, dashes: dashed ? "5 3" : null);
            svg.Text(x + Swatch, y + 12, shown);
            x += width;
        }

        return y + RowHeight + 4;
    }
}
