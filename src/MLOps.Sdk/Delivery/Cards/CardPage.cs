using MLOps.Charts;

namespace MLOps.Delivery;

/// <summary>A card in the making: what is written here comes out as Markdown and as a page. Everything given is data: it is encoded, never interpreted.</summary>
public sealed class CardPage
{
    private readonly HtmlReport _html;
    private readonly MarkdownText _markdown = new();
    private string? _heading;

    internal CardPage(string title, string subtitle)
    {
        _html = new HtmlReport(title).Subtitle(subtitle);
        _markdown.Heading(1, title).Paragraph(subtitle);
    }

    /// <summary>A paragraph.</summary>
    public CardPage Paragraph(string text)
    {
        Begin();
        _html.Paragraph(text);
        _markdown.Paragraph(text);
        return this;
    }

    /// <summary>A sentence that needs attention, or says that all is well.</summary>
    public CardPage Remark(ReportTone tone, string text)
    {
        Begin();
        _html.Verdict(tone, text);
        _markdown.Remark(text);
        return this;
    }

    /// <summary>A table. Rows shorter than the columns are filled up.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="rows">The rows; without any, nothing is written.</param>
    public CardPage Table(IReadOnlyList<ReportColumn> columns, IReadOnlyList<IReadOnlyList<ReportCell>> rows)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.Count == 0) return this;
        Begin();
        _html.Table(columns, rows);
        _markdown.Table([.. columns.Select(c => (c.Name, c.IsNumeric))], rows.Select(r => r.Select(c => c.Text).ToList()));
        return this;
    }

    /// <summary>Names and values; those without a value are left out.</summary>
    public CardPage Facts(params IReadOnlyList<(string Name, string? Value)> facts) =>
        Table([new("Fact"), new("Value")], [.. facts.Where(f => !string.IsNullOrEmpty(f.Value)).Select(f => (IReadOnlyList<ReportCell>)[f.Name, f.Value!])]);

    /// <summary>A picture. Markdown has its caption only: say in words, too, what must not be lost.</summary>
    public CardPage Picture(Chart chart, string caption)
    {
        Begin();
        _html.Chart(chart, caption);
        _markdown.Paragraph($"{caption} (The picture is in the HTML card.)");
        return this;
    }

    /// <summary>What follows belongs to a section, whose heading is written with its first line.</summary>
    internal void Section(string title) => _heading = title;

    internal string ToMarkdown() => _markdown.ToString();

    internal string ToHtml(string footer) => _html.Footer(footer).ToHtml();

    private void Begin()
    {
        if (_heading is not { } heading) return;
        _heading = null;
        _html.Section(heading);
        _markdown.Heading(2, heading);
    }
}
