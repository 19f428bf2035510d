using System.Text.Json;
using MLOps.Charts;

namespace MLOps.Monitoring;

/// <summary>Shows a report to people, as one page that opens from disk, and to programs, as JSON.</summary>
public static class MonitorPages
{
    /// <summary>One self-contained page: no script, no outside resource, light and dark. All names are encoded. The 50 most telling columns are drawn, all others are in the table.</summary>
    /// <param name="report">The report.</param>
    /// <param name="options">What to show beside it; null for nothing.</param>
    public static string ToHtml(this MonitorReport report, MonitorPageOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(report);
        options ??= new();
        var name = report.Number == 0 ? report.Model : FormattableString.Invariant($"{report.Model}/{report.Number}");
        var page = new HtmlReport($"How {Name.Shown(name)} is doing")
            .Subtitle(FormattableString.Invariant($"{report.From.UtcDateTime:yyyy-MM-dd HH:mm} to {report.To.UtcDateTime:yyyy-MM-dd HH:mm} UTC, report {report.Id}"))
            .Verdict(Tone(report.Verdict), report.Summary);
        MonitorPageParts.Numbers(page, report);
        MonitorPageParts.Alerts(page, options.Alerts);
        MonitorPageParts.Course(page, report, options);
        MonitorPageColumns.Write(page, report, options);
        MonitorPageParts.Quality(page, report, options);
        MonitorPageParts.Segments(page, report);
        MonitorPageParts.Fairness(page, report);
        MonitorPageParts.Settings(page, report, options);
        return page.Footer("Made by MLOps.Sdk. The same numbers are in the report's JSON.").ToHtml();
    }

    /// <summary>The report as a JSON document, for programs.</summary>
    public static string ToJson(this MonitorReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return JsonSerializer.Serialize(report, MonitoringJson.Default.MonitorReport);
    }

    /// <summary>A baseline as the JSON document that is stored with a version; <see cref="ReadBaseline"/> reads it back.</summary>
    public static string ToJson(this Baseline baseline)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        return JsonSerializer.Serialize(baseline, MonitoringJson.Default.Baseline);
    }

    /// <summary>Reads what <see cref="ToJson(Baseline)"/> wrote.</summary>
    /// <exception cref="MLOpsInvalidException">It is no baseline, or one of a newer format.</exception>
    public static Baseline ReadBaseline(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            var baseline = JsonSerializer.Deserialize(json, MonitoringJson.Default.Baseline);
            return baseline is { Format: 1 } ? Baselines.Complete(baseline) : throw new MLOpsInvalidException($"The baseline has format {baseline?.Format ?? 0}; this library reads format 1. Update the library.");
        }
        catch (JsonException e)
        {
            throw new MLOpsInvalidException($"This is no baseline: {e.Message}", e);
        }
    }

    internal static ReportTone Tone(MonitorVerdict verdict) => verdict switch
    {
        MonitorVerdict.Ok => ReportTone.Good,
        MonitorVerdict.Drift => ReportTone.Warning,
        MonitorVerdict.QualityDrop => ReportTone.Bad,
        _ => ReportTone.Neutral,
    };
}
