using MLOps.Delivery;
using MLOps.Models;

namespace MLOps.Tests.Delivery;

/// <summary>Deployments and evidence as tests need them.</summary>
internal static class Evidences
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static DeploymentSpec Spec { get; } = new()
    {
        Model = "line", Number = 2, ShadowRequests = 1_000, Canary = [0.1, 0.5], MinimumRequests = 500, MinimumStep = TimeSpan.FromMinutes(5), Bake = TimeSpan.FromHours(1), Patience = TimeSpan.FromHours(6),
    };

    public static Deployment In(DeploymentState state, DeploymentSpec? spec = null, int step = 0, DeploymentState? pausedFrom = null, int champion = 1)
    {
        spec ??= Spec;
        var at = state is DeploymentState.Paused ? pausedFrom!.Value : state;
        List<Exposure> exposures = at is DeploymentState.Shadow or DeploymentState.Canary or DeploymentState.Baking or DeploymentState.RollingBack ? [new(4, spec.ShadowShare, true)] : [];
        var steps = at is DeploymentState.Canary ? step + 1 : at is DeploymentState.Baking or DeploymentState.RollingBack ? spec.Canary.Count : 0;
        for (var i = 0; i < steps; i++) exposures.Add(new(5 + i, spec.Canary[i], false));
        return new()
        {
            Id = new string('0', 32), Spec = spec, Digest = default, ChampionNumber = champion, State = state, Step = step, Epoch = 7, Since = Start, Exposures = exposures, PausedFrom = pausedFrom,
            RouteRevision = at is DeploymentState.Draft or DeploymentState.Gating or DeploymentState.AwaitingApproval ? 0 : at is DeploymentState.Loading ? 3 : exposures.Count == 0 ? 9 : exposures[^1].Revision + (at is DeploymentState.RollingBack ? 1 : 0),
            Reason = "As the test says.", CreatedBy = "tester", CreatedAt = Start,
        };
    }

    /// <summary>Evidence with which everything is well: all observed, plenty of traffic, no failures.</summary>
    public static DeploymentEvidence Good(Deployment deployment, long requests = 50_000) => new()
    {
        ChampionNumber = deployment.ChampionNumber,
        Servers = [new("a", deployment.RouteRevision), new("b", deployment.RouteRevision)],
        Exposures = [.. deployment.Exposures.Select(s => new ExposureEvidence(s, Arm(requests), Arm(requests)))],
    };

    public static ArmEvidence Arm(long requests, long failures = 0, long slow = 0) => new() { Requests = requests, Failures = failures, Slow = slow };

    public static DeploymentEvidence WithLast(this DeploymentEvidence evidence, Func<ExposureEvidence, ExposureEvidence> change) =>
        evidence with { Exposures = [.. evidence.Exposures.SkipLast(1), change(evidence.Exposures[^1])] };

    public static DeploymentEvidence WithGates(this DeploymentEvidence evidence, params (string Gate, GateOutcome? Outcome)[] gates) => evidence with { Gates = gates.ToDictionary(g => g.Gate, g => g.Outcome) };
}
