using MLOps.Cli.Output;
using MLOps.Delivery;

namespace MLOps.Cli.Documents;

internal sealed record GateCheckDocument(string Model, int Number, string Digest, string Outcome, IReadOnlyList<VerdictItem> Verdicts) : Document
{
    public static GateCheckDocument Of(GateReport report) => new(
        report.Candidate.Model, report.Candidate.Number, report.Candidate.Digest.Hex, Words.Lower(report.Outcome), [.. report.Verdicts.Select(VerdictItem.Of)]);
}

internal sealed record DeploymentListDocument(IReadOnlyList<DeploymentItem> Deployments) : Document;

internal sealed record DeploymentDocument(DeploymentItem Deployment, string Next, string Waiting, IReadOnlyList<ServerItem> Servers, IReadOnlyList<ExposureItem> Exposures, IReadOnlyList<GuardItem> Guards) : Document;

internal sealed record DeploymentChangedDocument(DeploymentItem Deployment) : Document;

internal sealed record ExplanationDocument(string Deployment, IReadOnlyList<TransitionItem> Transitions) : Document;

internal sealed record DeploymentItem(
    string Id, string Model, int Number, string Alias, int Champion, string State, int Step, double Share, long Epoch, long Route, string? PausedFrom, DateTimeOffset Since, string Reason, string CreatedBy, DateTimeOffset CreatedAt)
{
    public static DeploymentItem Of(Deployment d) => new(
        d.Id, d.Spec.Model, d.Spec.Number, d.Spec.Alias, d.ChampionNumber, Words.Lower(d.State), d.Step, d.Share, d.Epoch, d.RouteRevision, d.PausedFrom is { } from ? Words.Lower(from) : null, d.Since, d.Reason, d.CreatedBy, d.CreatedAt);
}

internal sealed record ServerItem(string Server, long Route, string? Error, string? TakenOut);

internal sealed record ExposureItem(long Route, double Share, bool Shadow, ArmItem Champion, ArmItem Candidate)
{
    public static ExposureItem Of(ExposureEvidence exposure) => new(exposure.Exposure.Revision, exposure.Exposure.Share, exposure.Exposure.IsShadow, ArmItem.Of(exposure.Champion), ArmItem.Of(exposure.Candidate));
}

internal sealed record ArmItem(long Requests, long Failures, long Slow, long NotFinite)
{
    public static ArmItem Of(ArmEvidence arm) => new(arm.Requests, arm.Failures, arm.Slow, arm.NotFinite);
}

internal sealed record GuardItem(string Guard, double Margin, double Difference, double Upper, double EValue, bool Tripped, bool Safe, string Message)
{
    public static GuardItem Of(GuardReading r) => new(Words.Lower(r.Guard.Kind), r.Guard.Margin, r.Difference, r.Upper, r.EValue, r.IsTripped, r.IsSafe, r.Message);
}

internal sealed record TransitionItem(
    long Epoch, string? From, string To, int Step, string Reason, string? Command, string Actor, DateTimeOffset At, bool Confirmed, IReadOnlyList<GuardItem> Guards, IReadOnlyList<ExposureItem> Exposures, IReadOnlyList<ServerItem> Servers)
{
    public static TransitionItem Of(DeploymentExplanation e) => new(
        e.Transition.Epoch, e.Transition.Before is { } before ? Words.Lower(before.State) : null, Words.Lower(e.Transition.To), e.Transition.Step, e.Transition.Reason, e.Transition.Command is { } command ? Words.Lower(command) : null,
        e.Transition.Actor, e.Transition.At, e.IsConfirmed, [.. e.Transition.Guards.Select(GuardItem.Of)], [.. (e.Transition.Evidence?.Exposures ?? []).Select(ExposureItem.Of)],
        [.. (e.Transition.Evidence?.Servers ?? []).Select(s => new ServerItem(s.Server, s.Revision, s.Error, s.TakenOut))]);
}
