namespace MLOps.Charts;

/// <summary>A directed graph: boxes in columns, causes left of effects, and arrows between them.</summary>
public sealed record GraphChart : Chart
{
    private const double BoxHeight = 38, BoxGap = 12, WireGap = 12, ColumnGap = 54, Padding = 10, LabelSize = 12, NoteSize = 10.5;

    /// <summary>The boxes. At most <see cref="MaxNodes"/> are drawn; the picture says how many are left out.</summary>
    public required IReadOnlyList<GraphNode> Nodes { get; init; }

    /// <summary>The arrows; those to or from a box that is not drawn are left out.</summary>
    public required IReadOnlyList<GraphEdge> Edges { get; init; }

    /// <summary>The largest number of boxes drawn, 1..500.</summary>
    public int MaxNodes { get; init; } = 60;

    /// <inheritdoc/>
    public override string ToSvg()
    {
        ArgumentNullException.ThrowIfNull(Nodes);
        ArgumentNullException.ThrowIfNull(Edges);
        var nodes = Nodes.DistinctBy(n => n.Id, StringComparer.Ordinal).Take(Math.Clamp(MaxNodes, 1, 500)).ToArray();
        var number = nodes.Select((n, i) => (n.Id, i)).ToDictionary(n => n.Id, n => n.i, StringComparer.Ordinal);
        var edges = Edges.Where(e => e.From != e.To && number.ContainsKey(e.From) && number.ContainsKey(e.To)).ToArray();
        var layout = new GraphLayout(nodes.Length, [.. edges.Select(e => (number[e.From], number[e.To]))]);
        var kinds = nodes.Select(n => n.Kind).Distinct(StringComparer.Ordinal).ToList();

        var body = new SvgText();
        body.Text(0, 20, Markup.Shorten(Title, DrawnWidth / 8), size: 14, bold: true);
        var top = kinds.Count == 0 ? 36 : Legend.Draw(body, 0, 36, DrawnWidth, kinds.Select((kind, i) => (kind, Palette.Of(i), false, true))) + 8;
        var (places, right, bottom) = Place(nodes, layout, top);
        for (var e = 0; e < edges.Length; e++) Arrow(body, edges[e], nodes, number, places, layout.Chains[e]);
        for (var n = 0; n < nodes.Length; n++) Box(body, nodes[n], places[n], Palette.Of(kinds.IndexOf(nodes[n].Kind)));
        if (nodes.Length == 0) body.Text(0, bottom + 12, "No data", opacity: 0.6);
        if (Nodes.Count > nodes.Length) body.Text(0, bottom + 14, $"and {Nodes.Count - nodes.Length} more", opacity: 0.7);
        var width = (int)Math.Max(DrawnWidth, Math.Ceiling(right));
        return new SvgText().Open(width, bottom + 24, $"{Title}. Graph: {string.Join(", ", nodes.Take(8).Select(n => Markup.Shorten(n.Label, 40)))}.").Append(body).Close();
    }

    private (Dictionary<int, (double X, double Y, double Width, double Height)> Places, double Right, double Bottom) Place(GraphNode[] nodes, GraphLayout layout, double top)
    {
        var places = new Dictionary<int, (double X, double Y, double Width, double Height)>();
        double HeightOf(int place) => place < nodes.Length ? BoxHeight + BoxGap : WireGap;
        var heights = layout.Columns.Select(column => column.Sum(HeightOf)).ToArray();
        var tallest = heights.DefaultIfEmpty(0).Max();
        var x = 0.0;
        var widths = layout.Columns.Select(column => column.Where(p => p < nodes.Length).Select(p => WidthOf(nodes[p])).DefaultIfEmpty(0).Max()).ToArray();
        // Room that is left goes between the columns, so that the arrows have it.
        var gap = widths.Length > 1 ? Math.Max(ColumnGap, Math.Min(120, (DrawnWidth - widths.Sum() - 2) / (widths.Length - 1))) : 0;
        for (var c = 0; c < layout.Columns.Count; c++)
        {
            var y = top + ((tallest - heights[c]) / 2);
            foreach (var place in layout.Columns[c])
            {
                var isBox = place < nodes.Length;
                places[place] = (x + 1, y, widths[c], isBox ? BoxHeight : WireGap);
                y += HeightOf(place);
            }

            x += widths[c] + gap;
        }

        return (places, x - gap + 2, top + tallest);
    }

    private static double WidthOf(GraphNode node) => Math.Clamp(
        Math.Max(Markup.WidthOf(Markup.Shorten(node.Label, 28), node.IsMarked ? LabelSize * 1.1 : LabelSize), Markup.WidthOf(Markup.Shorten(node.Note, 32), NoteSize)) + (2 * Padding) + 14, 70, 250);

    private static void Box(SvgText body, GraphNode node, (double X, double Y, double Width, double Height) at, string colour)
    {
        var tip = $"{node.Kind}: {node.Label}{(node.Note is null ? "" : $" ({node.Note})")}";
        body.Box(at.X, at.Y, at.Width, at.Height, colour, node.IsMarked ? 0.28 : 0.13, 6, tip);
        body.Box(at.X, at.Y, 5, at.Height, colour, radius: 2.5);
        if (node.IsMarked) body.Path($"M{N(at.X)} {N(at.Y)}h{N(at.Width)}v{N(at.Height)}h{N(-at.Width)}z", "currentColor", 1.6);
        var note = node.Note is { Length: > 0 };
        body.Text(at.X + Padding + 4, at.Y + (note ? 16 : 23), Markup.Shorten(node.Label, 28), bold: node.IsMarked);
        if (note) body.Text(at.X + Padding + 4, at.Y + 30, Markup.Shorten(node.Note, 32), opacity: 0.7, size: NoteSize);
    }

    private static void Arrow(
        SvgText body, GraphEdge edge, GraphNode[] nodes, Dictionary<string, int> number, Dictionary<int, (double X, double Y, double Width, double Height)> places, int[] chain)
    {
        var (from, to) = (places[number[edge.From]], places[number[edge.To]]);
        // One that points back, or to its own column, leaves and arrives on the left.
        var back = to.X <= from.X;
        var (x, y) = (back ? from.X : from.X + from.Width, from.Y + (from.Height / 2));
        var end = (X: to.X - 5, Y: to.Y + (to.Height / 2));
        var path = $"M{N(x)} {N(y)}";
        foreach (var wire in back ? [] : chain[1..^1])
        {
            var at = places[wire];
            Curve(at.X, at.Y + (at.Height / 2));
            path += $"H{N(at.X + at.Width)}";
            x = at.X + at.Width;
        }

        if (back) path += $"C{N(x - 40)} {N(y)} {N(end.X - 40)} {N(end.Y)} {N(end.X)} {N(end.Y)}";
        else Curve(end.X, end.Y);
        body.Path(path, "currentColor", 1.2, tip: $"{nodes[number[edge.From]].Label} → {nodes[number[edge.To]].Label}{(edge.Label is null ? "" : $": {edge.Label}")}");
        body.Path($"M{N(end.X)} {N(end.Y - 3.5)}l5.5 3.5l-5.5 3.5z", null, fill: "currentColor");

        void Curve(double toX, double toY)
        {
            var half = (toX - x) / 2;
            path += $"C{N(x + half)} {N(y)} {N(toX - half)} {N(toY)} {N(toX)} {N(toY)}";
            (x, y) = (toX, toY);
        }
    }

    private static string N(double value) => SvgText.Number(value);
}
