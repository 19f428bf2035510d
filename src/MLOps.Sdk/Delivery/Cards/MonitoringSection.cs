using MLOps.Charts;
using MLOps.Monitoring;

namespace MLOps.Delivery;

/// <summary>How it did in use: its latest monitor reports.</summary>
internal sealed class MonitoringSection(IModelMonitor monitor) : ICardSection
{
    private const int Latest = 5;

    public string Title => "In use";

    public int Order => 900;

    public async ValueTask WriteAsync(CardSubject subject, CardPage page, CancellationToken cancellationToken = default)
    {
        var rows = new List<IReadOnlyList<ReportCell>>();
        await foreach (var report in monitor.ReportsAsync(subject.Version.Model, cancellationToken).ConfigureAwait(false))
        {
            if (report.Number != subject.Version.Number) continue;
            var tone = report.Verdict switch { MonitorVerdict.Ok => ReportTone.Good, MonitorVerdict.InsufficientData => ReportTone.Neutral, MonitorVerdict.Drift => ReportTone.Warning, _ => ReportTone.Bad };
            rows.Add([$"{CardWords.Time(report.From)} to {CardWords.Time(report.To)}", new(report.Verdict.ToString(), tone), CardWords.Count(report.Rows), CardWords.Count(report.LabelledRows), report.Summary]);
            if (rows.Count == Latest) break;
        }

        page.Table([new("Window"), new("Verdict"), new("Predictions", true), new("Labelled", true), new("Summary")], rows);
    }
}
