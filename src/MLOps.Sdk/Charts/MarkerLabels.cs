namespace MLOps.Charts;

/// <summary>One event of a line chart with the place of its label.</summary>
/// <param name="X">Pixels from the left.</param>
/// <param name="Y">The label's base line; the event's line starts just under it.</param>
/// <param name="Label">The text; empty when there was no room (the line still says it to a pointer).</param>
/// <param name="Anchor">The side of the line the label starts from.</param>
/// <param name="Full">The whole label.</param>
internal sealed record MarkerLabels(double X, double Y, string Label, string Anchor, string Full)
{
    private const int MaxRows = 4;
    private const double RowHeight = 15;

    /// <summary>Gives each label the first row in which it touches no other; returns the top of the plot.</summary>
    public static double Place(IEnumerable<ChartMarker> markers, Axis axis, double left, double right, double top, out List<MarkerLabels> placed)
    {
        placed = [];
        var ends = new List<double>();
        var pending = new List<(double X, int Row, string Label, string Anchor, string Full)>();
        foreach (var marker in markers.OrderBy(m => m.X))
        {
            var x = axis.Pixel(marker.X);
            var label = Markup.Shorten(marker.Label, 32);
            var width = Markup.WidthOf(label, 11) + 6;
            var anchor = x + width <= right ? "start" : "end";
            var from = anchor == "start" ? x : Math.Max(left, x - width);
            var row = ends.FindIndex(end => end + 4 < from);
            if (row < 0 && ends.Count < MaxRows)
            {
                row = ends.Count;
                ends.Add(0);
            }

            if (row >= 0) ends[row] = from + width;
            pending.Add((x, row, row < 0 ? "" : label, anchor, marker.Label));
        }

        foreach (var (x, row, label, anchor, full) in pending) placed.Add(new(x, top + 10 + Math.Max(0, row) * RowHeight, label, anchor, full));
        return top + ends.Count * RowHeight;
    }

    public void Draw(SvgText svg, double bottom)
    {
        svg.Line(X, Y - 9, X, bottom, opacity: 0.65, width: 1.2, dashes: "4 3", tip: Full);
        if (Label.Length > 0) svg.Text(X + (Anchor == "start" ? 5 : -5), Y, Label, Anchor, size: 11);
    }
}
