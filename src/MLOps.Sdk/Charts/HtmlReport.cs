using System.Text;
using System.Text.Json;

namespace MLOps.Charts;

/// <summary>
/// Builds one self-contained page from top to bottom: no script, no outside resource, its own content security policy, light and dark, printable. Everything given is
/// data: it is encoded, never interpreted.
/// </summary>
/// <remarks>Equal calls give equal bytes. Not safe for concurrent use.</remarks>
/// <example><code>
/// var html = new HtmlReport("Drift of bike-demand")
///     .Verdict(ReportTone.Bad, "2 of 9 features drifted")
///     .Section("Demand").Chart(chart, "Hourly rentals and what the model said.")
///     .ToHtml();
/// </code></example>
/// <param name="title">The page's title and first heading.</param>
public sealed class HtmlReport(string title)
{
    private readonly StringBuilder _body = new();
    private string? _subtitle, _facts, _footer;

    /// <summary>A line under the title: what, when, which versions. The last call counts.</summary>
    public HtmlReport Subtitle(string text)
    {
        _subtitle = text;
        return this;
    }

    /// <summary>A line at the end of the page. The last call counts.</summary>
    public HtmlReport Footer(string text)
    {
        _footer = text;
        return this;
    }

    /// <summary>The answer in one sentence, highlighted.</summary>
    public HtmlReport Verdict(ReportTone tone, string text)
    {
        _body.Append("<p class=\"verdict ").Append(ClassOf(tone)).Append("\" role=\"status\">");
        if (SignOf(tone) is { } sign) _body.Append("<span class=\"sign\" aria-hidden=\"true\">").Append(sign).Append("</span>");
        _body.Append("<span>").Append(Markup.Encode(text)).Append("</span></p>\n");
        return this;
    }

    /// <summary>Starts a section with a heading; what follows belongs to it.</summary>
    public HtmlReport Section(string heading) => Element("h2", heading);

    /// <summary>A paragraph of text.</summary>
    public HtmlReport Paragraph(string text) => Element("p", text);

    /// <summary>Key numbers in a row.</summary>
    public HtmlReport Tiles(params ReadOnlySpan<ReportTile> tiles)
    {
        if (tiles.IsEmpty) return this;
        _body.Append("<dl class=\"tiles\">");
        foreach (var tile in tiles)
        {
            _body.Append("<div class=\"tile\"><dt>").Append(Markup.Encode(tile.Label)).Append("</dt><dd><div class=\"value ").Append(ClassOf(tile.Tone)).Append("\">");
            _body.Append(Markup.Encode(tile.Value)).Append("</div>");
            if (tile.Note is not null) _body.Append("<div class=\"note\">").Append(Markup.Encode(tile.Note)).Append("</div>");
            _body.Append("</dd></div>");
        }

        _body.Append("</dl>\n");
        return this;
    }

    /// <summary>A table. Rows shorter than the columns are filled up with empty cells; longer ones are cut.</summary>
    /// <param name="columns">The columns, from left to right.</param>
    /// <param name="rows">The rows, from top to bottom.</param>
    /// <param name="caption">A line under the table; null for none.</param>
    public HtmlReport Table(IReadOnlyList<ReportColumn> columns, IEnumerable<IReadOnlyList<ReportCell>> rows, string? caption = null)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(rows);
        _body.Append("<div class=\"table\"><table>");
        if (caption is not null) _body.Append("<caption>").Append(Markup.Encode(caption)).Append("</caption>");
        _body.Append("<thead><tr>");
        foreach (var column in columns)
            _body.Append(column.IsNumeric ? "<th scope=\"col\" class=\"number\">" : "<th scope=\"col\">").Append(Markup.Encode(column.Name)).Append("</th>");
        _body.Append("</tr></thead><tbody>\n");
        foreach (var row in rows)
        {
            _body.Append("<tr>");
            for (var i = 0; i < columns.Count; i++) Cell(columns[i], i < row.Count ? row[i] : "");
            _body.Append("</tr>\n");
        }

        _body.Append("</tbody></table></div>\n");
        return this;
    }

    /// <summary>A chart.</summary>
    /// <param name="chart">The chart.</param>
    /// <param name="caption">What to see in it; null for none.</param>
    public HtmlReport Chart(Chart chart, string? caption = null)
    {
        ArgumentNullException.ThrowIfNull(chart);
        _body.Append("<figure>").Append(chart.ToSvg());
        if (caption is not null) _body.Append("<figcaption>").Append(Markup.Encode(caption)).Append("</figcaption>");
        _body.Append("</figure>\n");
        return this;
    }

    /// <summary>
    /// The same facts for programs: a JSON document in <c>&lt;script type="application/json" id="facts"&gt;</c>, which browsers neither run nor show. The last call counts.
    /// </summary>
    /// <param name="json">A JSON document.</param>
    /// <exception cref="MLOpsInvalidException">It is not JSON.</exception>
    public HtmlReport Facts(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            using var document = JsonDocument.Parse(json);
        }
        catch (JsonException e)
        {
            throw new MLOpsInvalidException($"The facts of the report '{Name.Shown(title)}' are not a JSON document: {e.Message}", e);
        }

        // Outside strings JSON has none of these characters, so that the escapes change no value and nothing can close the element.
        _facts = json.Replace("<", "\\u003c", StringComparison.Ordinal).Replace(">", "\\u003e", StringComparison.Ordinal).Replace("&", "\\u0026", StringComparison.Ordinal);
        return this;
    }

    /// <summary>The whole page.</summary>
    public string ToHtml()
    {
        var page = new StringBuilder(_body.Length + 8192);
        page.Append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n");
        page.Append("<meta http-equiv=\"Content-Security-Policy\" content=\"").Append(ReportStyle.Policy).Append("\">\n");
        page.Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n");
        page.Append("<title>").Append(Markup.Encode(title)).Append("</title>\n<style>").Append(ReportStyle.Css).Append("</style></head>\n<body><main>\n");
        page.Append("<h1>").Append(Markup.Encode(title)).Append("</h1>\n");
        if (_subtitle is not null) page.Append("<p class=\"subtitle\">").Append(Markup.Encode(_subtitle)).Append("</p>\n");
        page.Append(_body);
        if (_footer is not null) page.Append("<footer>").Append(Markup.Encode(_footer)).Append("</footer>\n");
        if (_facts is not null) page.Append("<script type=\"application/json\" id=\"facts\">").Append(_facts).Append("</script>\n");
        return page.Append("</main></body></html>\n").ToString();
    }

    private HtmlReport Element(string element, string text)
    {
        _body.Append('<').Append(element).Append('>').Append(Markup.Encode(text)).Append("</").Append(element).Append(">\n");
        return this;
    }

    private void Cell(ReportColumn column, ReportCell cell)
    {
        var classes = (column.IsNumeric ? "number " : "") + (cell.Tone == ReportTone.Neutral ? "" : ClassOf(cell.Tone));
        _body.Append(classes.Length == 0 ? "<td>" : $"<td class=\"{classes.Trim()}\">");
        if (SignOf(cell.Tone) is { } sign) _body.Append("<span class=\"sign\" aria-hidden=\"true\">").Append(sign).Append("</span> ");
        _body.Append(Markup.Encode(cell.Text));
        if (cell.Chart is not null) _body.Append(cell.Text.Length == 0 ? "" : " ").Append(cell.Chart.ToSvg());
        _body.Append("</td>");
    }

    private static string ClassOf(ReportTone tone) => tone switch
    {
        ReportTone.Good => "good",
        ReportTone.Warning => "warning",
        ReportTone.Bad => "bad",
        _ => "neutral",
    };

    private static string? SignOf(ReportTone tone) => tone switch
    {
        ReportTone.Good => "✓",
        ReportTone.Warning => "!",
        ReportTone.Bad => "✕",
        _ => null,
    };
}
