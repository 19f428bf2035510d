using System.Globalization;
using MLOps.Charts;
using MLOps.Monitoring;

namespace MLOps.Delivery;

/// <summary>How far its data has moved from what it was trained on, by its latest report, and the alerts that are open.</summary>
internal sealed class DriftSection(IModelMonitor monitor) : ICardSection
{
    private const int Most = 10;

    public string Title => "Drift in use";

    public int Order => 910;

    public async ValueTask WriteAsync(CardSubject subject, CardPage page, CancellationToken cancellationToken = default)
    {
        var report = await monitor.ReportsAsync(subject.Version.Model, cancellationToken).FirstOrDefaultAsync(r => r.Number == subject.Version.Number && r.Features.Count > 0, cancellationToken).ConfigureAwait(false);
        if (report is null) return;
        var drifted = report.Features.Where(f => f.Drifted).OrderByDescending(f => f.Effect * (f.Importance ?? 1)).Take(Most).ToArray();
        page.Paragraph(string.Create(CultureInfo.InvariantCulture, $"From {CardWords.Time(report.From)} to {CardWords.Time(report.To)}, {CardWords.Count(report.Features.Count(f => f.Drifted))} of {CardWords.Count(report.Features.Count)} columns, the answers among them, differed from training by more than chance and by enough to matter."));
        page.Table(
            [new("Column"), new("What happened"), new("Times what matters", true), new("Most likely")],
            [.. drifted.Select(f => (IReadOnlyList<ReportCell>)[f.Name, f.Explanation, CardWords.Number(f.Effect), f.Cause is DriftCause.None ? "" : f.Cause.ToString()])]);
        await foreach (var alert in monitor.AlertsAsync(subject.Version.Model, cancellationToken).ConfigureAwait(false))
            if (alert.State is AlertState.Open && alert.Number == subject.Version.Number) page.Remark(ReportTone.Warning, $"{alert.Title} (since {CardWords.Time(alert.Since)}).");
    }
}
