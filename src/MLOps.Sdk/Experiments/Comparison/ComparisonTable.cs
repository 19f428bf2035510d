using System.Globalization;
using System.Text;
using MLOps.Charts;

namespace MLOps.Experiments;

/// <summary>A comparison as a table of its runs.</summary>
static class ComparisonTable
{
    private const int MarkdownMetrics = 8, MarkdownParams = 8;

    public static string Csv(RunComparison comparison)
    {
        var differing = comparison.Params.Where(p => p.IsDifferent).ToList();
        var csv = new StringBuilder();
        Line(["run", "name", "experiment", "status", "started", .. differing.Select(p => $"params.{p.Name}"), .. comparison.Metrics.Select(m => $"metrics.{m.Name}")]);
        for (var i = 0; i < comparison.Runs.Count; i++)
        {
            var run = comparison.Runs[i];
            Line(
            [
                run.Id, run.Name, run.Experiment, run.Status.ToString(), run.StartedAt.ToString("O", CultureInfo.InvariantCulture), .. differing.Select(p => p.Values[i] ?? ""),
                .. comparison.Metrics.Select(m => run.Metrics.ContainsKey(m.Name) ? m.Values[i].ToString("R", CultureInfo.InvariantCulture) : ""),
            ]);
        }

        return csv.ToString();

        void Line(IEnumerable<string> fields) => csv.Append(Experiments.Csv.Line(fields));
    }

    public static string Markdown(RunComparison comparison)
    {
        var differing = comparison.Params.Where(p => p.IsDifferent).Take(MarkdownParams).ToList();
        var metrics = comparison.Metrics.Take(MarkdownMetrics).ToList();
        var table = new StringBuilder();
        Line(["run", "status", .. differing.Select(p => p.Name), .. metrics.Select(m => m.Goal is { } goal ? $"{m.Name} {(goal.IsMaximized ? "↑" : "↓")}" : m.Name)]);
        table.Append("|---|---|").Insert(table.Length, "---|", differing.Count).Insert(table.Length, "---:|", metrics.Count).Append('\n');
        for (var i = 0; i < comparison.Runs.Count; i++)
        {
            var run = comparison.Runs[i];
            Line([run.Name, run.Status.ToString(), .. differing.Select(p => p.Values[i] ?? "–"), .. metrics.Select(m => Cell(m, i, run))]);
        }

        return table.ToString();

        void Line(IEnumerable<string> cells) => table.Append("| ").AppendJoin(" | ", cells.Select(Harmless)).Append(" |\n");
        static string Cell(MetricComparison metric, int i, Run run) => !run.Metrics.ContainsKey(metric.Name) ? "" : metric.Best == i ? $"**{NumberText.Short(metric.Values[i])}**" : double.IsNaN(metric.Values[i]) ? "NaN" : NumberText.Short(metric.Values[i]);
    }

    /// <summary>Text that cannot end a cell, begin a tag or make a link; the stars that mark the best are the table's own.</summary>
    private static string Harmless(string text)
    {
        var own = text.StartsWith("**", StringComparison.Ordinal) && text.EndsWith("**", StringComparison.Ordinal) && text.Length > 4 && !text.AsSpan(2, text.Length - 4).ContainsAny("|<[`\n");
        if (own) return text;
        var harmless = new StringBuilder(text.Length);
        foreach (var c in Markup.Shorten(text, 80))
        {
            if (c is '\n' or '\r') harmless.Append(' ');
            else if (c is '<') harmless.Append("&lt;");
            else if (c is '|' or '`' or '[' or ']' or '*' or '_' or '\\') harmless.Append('\\').Append(c);
            else harmless.Append(c);
        }

        return harmless.ToString();
    }
}
