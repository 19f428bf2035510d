using MLOps.Models;
using MLOps.Monitoring;
using static MLOps.Delivery.GateText;

namespace MLOps.Delivery;

/// <summary>
/// Whether the candidate was trained on data like that which comes in now: its baseline against recent rows. Failed when they differ as a monitor would call drift, or when the recent rows have a fault;
/// Inconclusive without a baseline or with too few rows.
/// </summary>
internal sealed class DriftGate(FeatureTable recent, MonitorOptions options) : IGate
{
    public string Name => "drift";

    public async ValueTask<GateResult> EvaluateAsync(GateSubject subject, CancellationToken cancellationToken = default)
    {
        if (await subject.Registry.ReadBaselineAsync(subject.Candidate, cancellationToken).ConfigureAwait(false) is not { } baseline)
            return Result(GateOutcome.Inconclusive, $"{subject.Candidate} has no baseline: register it with WithBaseline.");
        var report = Drift.Compare(baseline, recent, options);
        var outcome = report.Verdict switch { MonitorVerdict.InsufficientData => GateOutcome.Inconclusive, MonitorVerdict.Ok => GateOutcome.Passed, _ => GateOutcome.Failed };
        var faults = report.Features.Where(f => f.Drifted && f.Cause.IsFault()).Select(f => MLOps.Name.Shown(f.Name)).ToArray();
        if (faults.Length > 0) outcome = GateOutcome.Failed;
        var fault = faults.Length == 0 ? "" : $" The recent rows have a fault: {string.Join(", ", faults)}.";
        return Result(
            outcome, $"The rows that {subject.Candidate} was trained on against {report.Rows} recent ones: {report.Summary}{fault}",
            ("rows", report.Rows), ("drifted", report.Features.Count(f => f.Drifted)), ("driftShare", report.DriftShare), ("faults", faults.Length));
    }
}
