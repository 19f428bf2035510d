using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Monitoring;

/// <summary>The kept reports as records.</summary>
internal static class MonitorReports
{
    public static RecordCollection<MonitorReport> Of(IRecordStore store) => new(store, Collections.MonitorReports, MonitoringJson.Default.MonitorReport, r => r.Id, Index, Complete);

    private static void Index(MonitorReport report, IDictionary<string, FieldValue> fields)
    {
        fields["model"] = report.Model;
        fields["number"] = report.Number;
        fields["verdict"] = report.Verdict.ToString();
        fields["to"] = FieldValue.Of(report.To);
        fields["created"] = FieldValue.Of(report.CreatedAt);
    }

    private static MonitorReport Complete(MonitorReport report) => report with
    {
        Features = [.. (report.Features ?? []).Select(f => f with { Tests = f.Tests ?? [], Counts = f.Counts ?? [], Moved = f.Moved ?? [] })],
        Together = report.Together ?? [],
        Quality = report.Quality ?? new Dictionary<string, double>(),
        BaselineQuality = report.BaselineQuality ?? new Dictionary<string, double>(),
        QualityRanges = report.QualityRanges ?? new Dictionary<string, QualityRange>(),
        Estimate = report.Estimate is { } estimate ? estimate with { Metrics = estimate.Metrics ?? new Dictionary<string, QualityRange>(), TrackRecord = estimate.TrackRecord ?? [] } : null,
        Concept = report.Concept ?? [],
        Segments = report.Segments ?? [],
        Fairness = [.. (report.Fairness ?? []).Select(f => f with { Groups = f.Groups ?? [] })],
        Gaps = report.Gaps ?? [],
    };
}
