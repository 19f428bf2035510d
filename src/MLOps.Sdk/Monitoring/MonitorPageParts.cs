using System.Globalization;
using MLOps.Charts;

namespace MLOps.Monitoring;

/// <summary>The parts of a report's page beside its columns.</summary>
internal static class MonitorPageParts
{
    private const int MostAlerts = 20;

    public static void Numbers(HtmlReport page, MonitorReport report)
    {
        var maturity = report.Rows == 0 ? 0 : (double)report.LabelledRows / report.Rows;
        var judged = Judged(report);
        var tiles = new List<ReportTile>
        {
            new("Rows", Count(report.Rows), report.OtherRows > 0 ? $"{Count(report.OtherRows)} more of other versions" : null),
        };
        // Rows that came without any answer will not get labels.
        if (report.Number > 0 || report.LabelledRows > 0) tiles.Add(new("Labelled", PlainNumber.Percent(maturity), report.IsProvisional ? "provisional: more are expected" : $"{Count(report.LabelledRows)} rows"));
        tiles.Add(new("Columns drifted", Count(report.Features.Count(f => f.Drifted)), report.DriftShare > 0 ? $"{PlainNumber.Percent(report.DriftShare)} of the model" : null, report.Features.Any(f => f.Drifted) ? ReportTone.Warning : ReportTone.Good));
        if (report.Quality.TryGetValue(judged, out var now))
            tiles.Add(new(judged, MonitorPageColumns.Number(now), report.BaselineQuality.TryGetValue(judged, out var before) ? $"{MonitorPageColumns.Number(before)} at training" : null, report.Verdict is MonitorVerdict.QualityDrop ? ReportTone.Bad : ReportTone.Neutral));
        if (report.FalseAlertsPerMonth is { } budget) tiles.Add(new("False alerts a month", MonitorPageColumns.Number(budget), "expected of these settings, by replay over the baseline"));
        page.Tiles([.. tiles]);
        foreach (var gap in report.Gaps) page.Paragraph(gap);
    }

    public static void Alerts(HtmlReport page, IReadOnlyList<MonitorAlert> alerts)
    {
        if (alerts.Count == 0) return;
        page.Section("Alerts").Table(
            [new("Since"), new("About"), new("State"), new("What")],
            alerts.Take(MostAlerts).Select(a => (IReadOnlyList<ReportCell>)
            [
                Day(a.Since), a.Kind.ToString(), new(a.State.ToString() + (a.AcknowledgedBy is { } by ? $", taken up by {Name.Shown(by)}" : a.IsHeldBack ? ", held back" : ""), a.State is AlertState.Open ? ReportTone.Bad : ReportTone.Neutral), a.Text,
            ]),
            "One incident is one alert, from the first window that showed it.");
    }

    public static void Course(HtmlReport page, MonitorReport report, MonitorPageOptions options)
    {
        var reports = options.History.Where(r => r.Id != report.Id).Append(report).GroupBy(r => (r.From, r.To)).Select(g => g.MaxBy(r => r.CreatedAt)!).OrderBy(r => r.To).TakeLast(400).ToArray();
        var judged = Judged(report);
        if (reports.Length < 2) return;
        var series = new List<LineSeries> { LineSeries.OverTime($"{judged}, by labels", reports.Select(r => (r.To, r.Quality.GetValueOrDefault(judged, double.NaN)))) };
        if (reports.Any(r => r.Estimate is not null))
            series.Add(LineSeries.OverTime($"{judged}, estimated", reports.Select(r => (r.To, r.Estimate?.Metrics.TryGetValue(judged, out var m) is true ? m.Value : double.NaN))) with { IsDashed = true });
        page.Section("Over time").Chart(
            new LineChart
            {
                Title = $"{judged} over time", IsOverTime = true, Series = series,
                Thresholds = report.BaselineQuality.TryGetValue(judged, out var before) ? [new(before, "at training"), new(before * (1 + options.Settings.QualityTolerance), "tolerated")] : [],
                Markers = [.. options.Alerts.Where(a => a.State is not AlertState.Pending).Take(10).Select(a => ChartMarker.At(a.Since, a.Kind.ToString()))],
            },
            "Where labels are still to come, the solid line is provisional or missing; the estimate assumes that columns and truth belong together as at training.");
        page.Chart(new LineChart { Title = "Share of the model whose columns drifted", IsOverTime = true, IncludesZero = true, Format = "0%", PlotHeight = 120, Series = [LineSeries.OverTime("drift", reports.Select(r => (r.To, r.DriftShare)))] });
    }

    public static void Quality(HtmlReport page, MonitorReport report, MonitorPageOptions options)
    {
        var names = report.Quality.Keys.Concat(report.Estimate?.Metrics.Keys ?? []).Distinct().Order(StringComparer.Ordinal).ToArray();
        if (names.Length > 0)
        {
            page.Section("Quality").Table(
                [new("Metric"), new("Now", true), new("95 % interval"), new("At training", true), new("Estimated", true), new("Its interval")],
                names.Select(name => (IReadOnlyList<ReportCell>)
                [
                    name, report.Quality.TryGetValue(name, out var now) ? MonitorPageColumns.Number(now) : "", report.QualityRanges.TryGetValue(name, out var range) ? Range(range) : "",
                    report.BaselineQuality.TryGetValue(name, out var before) ? MonitorPageColumns.Number(before) : "",
                    report.Estimate?.Metrics.TryGetValue(name, out var estimated) is true ? MonitorPageColumns.Number(estimated.Value) : "", report.Estimate?.Metrics.TryGetValue(name, out estimated) is true ? Range(estimated) : "",
                ]),
                report.IsProvisional ? "Provisional: more labels are expected." : null);
            if (report.LabelSelection is { } selection && selection.IsLarge() && selection.PValue <= 0.01)
                page.Verdict(ReportTone.Warning, string.Create(CultureInfo.InvariantCulture, $"Labels come for some predictions rather than for others: their scores differ (ks {selection.Statistic:0.##}, p {selection.PValue:g2}), so this is not the quality of all."));
        }

        if (report.Estimate is { TrackRecord.Count: > 0 } estimate)
            page.Paragraph(estimate.IsTrusted ? $"How earlier estimates ({estimate.Method}) turned out:" : $"Earlier estimates ({estimate.Method}) were off too often: columns and truth most likely no longer belong together as they did. The estimate is not trusted and triggers nothing.")
                .Table(
                    [new("Window from"), new("Metric"), new("Estimated", true), new("Realised", true), new("Off by", true)],
                    estimate.TrackRecord.Select(r => (IReadOnlyList<ReportCell>)[Day(r.From), r.Metric, MonitorPageColumns.Number(r.Estimated), MonitorPageColumns.Number(r.Realised), new(MonitorPageColumns.Number(r.Estimated - r.Realised), r.IsOff() ? ReportTone.Bad : ReportTone.Good)]));
        if (options.Baseline?.Calibration is { Count: > 1 } knots)
            page.Chart(
                new LineChart
                {
                    Title = "Calibration at training", XLabel = "score", YLabel = "share of positives", IncludesZero = true,
                    Series = [new("observed", [.. knots.Select(k => k.Score)], [.. knots.Select(k => k.Probability)]), new LineSeries("perfect", [0, 1], [0, 1]) { IsDashed = true }],
                });
        foreach (var signal in report.Concept)
            page.Paragraph(string.Create(CultureInfo.InvariantCulture, $"The detector {signal.Detector} saw the realised loss change at {signal.At.UtcDateTime:yyyy-MM-dd HH:mm} UTC ({signal.Count} times in the window). It is calibrated to one false signal in {options.Settings.RunLength} predictions."));
    }

    public static void Segments(HtmlReport page, MonitorReport report)
    {
        if (report.Together.Count > 0)
            page.Section("All columns together").Table(
                [new("Test"), new("Value", true), new("Allowed", true), new("p", true)],
                report.Together.Select(t => (IReadOnlyList<ReportCell>)[Words(t.Test), new(MonitorPageColumns.Number(t.Statistic), t.IsLarge() ? ReportTone.Warning : ReportTone.Neutral), t.EffectFloor is { } floor ? MonitorPageColumns.Number(floor) : "", t.PValue?.ToString("g2", CultureInfo.InvariantCulture) ?? ""]));
        if (report.Segments.Count == 0) return;
        page.Section("Parts that stand out").Table(
            [new("Where"), new("Rows", true), new("What"), new("How far", true), new("Adjusted p", true)],
            report.Segments.Select(s => (IReadOnlyList<ReportCell>)[s.Where, Count(s.Rows), s.Explanation, MonitorPageColumns.Number(s.Effect), s.AdjustedPValue.ToString("g2", CultureInfo.InvariantCulture)]),
            "Corrected over every part that was looked at.");
    }

    public static void Fairness(HtmlReport page, MonitorReport report)
    {
        if (report.Fairness.Count == 0) return;
        page.Section("Fairness").Table(
            [new("Column"), new("Metric"), new("Value", true), new("95 % interval"), new("At training", true), new("Bound", true), new("Verdict"), new("Groups")],
            report.Fairness.Select(f => (IReadOnlyList<ReportCell>)
            [
                Name.Shown(f.Feature), f.Metric, MonitorPageColumns.Number(f.Value.Value), Range(f.Value), MonitorPageColumns.Number(f.Baseline), f.Bound is { } bound ? MonitorPageColumns.Number(bound) : "none",
                f.IsBroken ? new("broken", ReportTone.Bad) : new("kept", ReportTone.Good), string.Join(", ", f.Groups.Select(g => Name.Shown(g))),
            ]),
            "A bound is broken only when the whole interval lies beyond it. Groups with too few rows are left out.");
    }

    public static void Settings(HtmlReport page, MonitorReport report, MonitorPageOptions options)
    {
        var s = options.Settings;
        page.Section("Settings").Table(
            [new("Setting"), new("Value")],
            [
                ["false discovery rate over the columns", Text($"{s.FalseDiscoveryRate}")],
                ["share of the model that must drift", Text($"{s.DriftShare}")],
                ["tolerated loss of quality", Text($"{s.QualityTolerance:0.##%}")],
                ["windows that must show it", Text($"{s.Alerts.Persist} of {s.Alerts.Of}; resolved after {s.Alerts.Exit} quiet ones below {s.Alerts.Hysteresis:0.##} of the threshold")],
                ["null learned from", options.Baseline?.Features.Select(f => f.NullPValues.Count).FirstOrDefault() is > 0 and var blocks ? Text($"{blocks} blocks of the baseline{(options.Baseline.Window is { } window ? $" of {window}" : "")}") : "nothing: only the fixed floors hold"],
                ["baseline", options.Baseline is { } b ? Text($"{b.Rows} rows") : "not given"],
                ["made", Text($"{report.CreatedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC")],
            ]);
    }

    private static string Judged(MonitorReport report) => Monitoring.Quality.Judged(report.BaselineQuality.ContainsKey("brier") || report.Quality.ContainsKey("brier") ? PredictionTask.Binary : PredictionTask.Regression);

    private static string Words(string test) => test switch
    {
        Multivariate.Reconstruction => "reconstruction error of the principal components, times the baseline's",
        Multivariate.Classifier => "area with which a classifier tells window from baseline, its lower bound",
        Multivariate.Discrepancy => "maximum mean discrepancy",
        _ => test,
    };

    private static string Range(QualityRange range) => double.IsNaN(range.Lower) ? "" : $"{MonitorPageColumns.Number(range.Lower)} to {MonitorPageColumns.Number(range.Upper)}";

    private static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Day(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
