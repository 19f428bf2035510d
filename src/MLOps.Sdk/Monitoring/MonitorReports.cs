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
        Features = [.. (report.Features ?? []).Select(f => f with { Tests = f.Tests ?? [], Counts = f.Counts ?? [] })],
        Quality = report.Quality ?? new Dictionary<string, double>(),
        BaselineQuality = report.BaselineQuality ?? new Dictionary<string, double>(),
    };
}
