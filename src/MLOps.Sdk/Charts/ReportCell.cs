namespace MLOps.Charts;

/// <summary>A cell of a report's table: a text, and possibly a small chart.</summary>
/// <param name="Text">The text; empty for none.</param>
/// <param name="Tone">What it means.</param>
/// <param name="Chart">A chart beside the text, such as a <see cref="Sparkline"/>; null for none.</param>
public sealed record ReportCell(string Text, ReportTone Tone = ReportTone.Neutral, Chart? Chart = null)
{
    /// <summary>A cell with a text.</summary>
    public static implicit operator ReportCell(string text) => new(text);

    /// <summary>A cell with a chart.</summary>
    public static implicit operator ReportCell(Chart chart) => new("", ReportTone.Neutral, chart);
}
