using MLOps.Charts;
using MLOps.Monitoring;

namespace MLOps.Delivery;

/// <summary>How it treats groups of people in use, by its latest report that looked at them.</summary>
internal sealed class FairnessSection(IModelMonitor monitor) : ICardSection
{
    public string Title => "Fairness in use";

    public int Order => 920;

    public async ValueTask WriteAsync(CardSubject subject, CardPage page, CancellationToken cancellationToken = default)
    {
        var report = await monitor.ReportsAsync(subject.Version.Model, cancellationToken).FirstOrDefaultAsync(r => r.Number == subject.Version.Number && r.Fairness.Count > 0, cancellationToken).ConfigureAwait(false);
        if (report is null) return;
        page.Paragraph($"From {CardWords.Time(report.From)} to {CardWords.Time(report.To)}; intervals at 95 %. A bound is broken when the whole interval lies beyond it.");
        page.Table(
            [new("Column"), new("Metric"), new("Value", true), new("From", true), new("To", true), new("Bound", true), new("Verdict"), new("Groups")],
            [.. report.Fairness.Select(f => (IReadOnlyList<ReportCell>)
            [
                f.Feature, f.Metric, CardWords.Number(f.Value.Value), CardWords.Number(f.Value.Lower), CardWords.Number(f.Value.Upper), f.Bound is { } bound ? CardWords.Number(bound) : "none",
                f.IsBroken ? new("broken", ReportTone.Bad) : new("kept", ReportTone.Good), string.Join(", ", f.Groups),
            ])]);
    }
}
