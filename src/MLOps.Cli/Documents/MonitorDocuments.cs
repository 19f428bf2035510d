using MLOps.Cli.Output;
using MLOps.Monitoring;

namespace MLOps.Cli.Documents;

internal sealed record DriftDocument(string Verdict, string Summary, long Rows, double DriftShare, IReadOnlyList<DriftItem> Columns, IReadOnlyList<TestItem> Together, IReadOnlyList<string> Gaps) : Document
{
    public static DriftDocument Of(MonitorReport report) => new(
        Words.Lower(report.Verdict), report.Summary, report.Rows, report.DriftShare,
        [.. report.Features.Select(f => new DriftItem(f.Name, Words.Lower(f.Kind), f.Drifted, f.Effect, f.AdjustedPValue, Words.Lower(f.Cause), f.Explanation, f.Missing, [.. f.Tests.Select(TestItem.Of)], [.. f.Moved.Select(m => new MoveItem(m.Cell, m.Before, m.After))]))],
        [.. report.Together.Select(TestItem.Of)], report.Gaps);
}

internal sealed record DriftItem(
    string Name, string Kind, bool Drifted, double Effect, double AdjustedPValue, string Cause, string Explanation, long Missing, IReadOnlyList<TestItem> Tests, IReadOnlyList<MoveItem> Moved);

internal sealed record TestItem(string Test, double Statistic, double? PValue, double? Floor)
{
    public static TestItem Of(DriftTestResult result) => new(result.Test, result.Statistic, result.PValue, result.EffectFloor);
}

internal sealed record MoveItem(string Cell, double Before, double After);

internal sealed record BaselineDocument(long Rows, int Columns, int Blocks) : Document;

internal sealed record MonitorStatusDocument(IReadOnlyList<MonitorStatusItem> Models) : Document;

internal sealed record MonitorStatusItem(string Model, ReportItem? Report, int OpenAlerts, int PendingAlerts);

internal sealed record AlertListDocument(IReadOnlyList<AlertItem> Alerts) : Document;

internal sealed record AlertItem(
    string Id, string Model, int Number, string Kind, string State, DateTimeOffset Since, DateTimeOffset? OpenedAt, DateTimeOffset? ResolvedAt, string Title, string Text, IReadOnlyList<string> Columns,
    IReadOnlyList<string> Links, double Strength, bool IsHeldBack, string? AcknowledgedBy, string? Note)
{
    public static AlertItem Of(MonitorAlert a) => new(
        a.Id, a.Model, a.Number, Words.Lower(a.Kind), Words.Lower(a.State), a.Since, a.OpenedAt, a.ResolvedAt, a.Title, a.Text, a.Features, [.. a.Links.Select(l => l.ToString())], a.Strength, a.IsHeldBack, a.AcknowledgedBy, a.Note);
}

internal sealed record ReplayDocument(string Model, int Reports, int Starts, IReadOnlyList<ReplayItem> Decisions) : Document;

internal sealed record ReplayItem(DateTimeOffset At, bool Start, string Reason, string Phase);

internal sealed record LabelImportDocument(long Labels) : Document;
