using System.Globalization;
using MLOps.Models;
using static MLOps.Delivery.DeploymentState;

namespace MLOps.Delivery;

/// <summary>What becomes of a deployment: a pure function of what was asked for, how far it has come, the evidence and the time, so that every decision can be made again from what was kept.</summary>
internal static class DeploymentMachine
{
    // A server that could not obey at once tries again; a store that was away for a moment is no fault of the candidate.
    private static readonly TimeSpan s_settles = TimeSpan.FromSeconds(15);

    /// <summary>The rules, in order: what is over stays over; what must stop is stopped; what was shown goes on; what takes too long is told to a person.</summary>
    public static DeploymentDecision Decide(Deployment deployment, DeploymentEvidence evidence, DateTimeOffset now)
    {
        var guards = HasRun(deployment) ? GuardEvidence.Read(deployment.Spec, evidence.Exposures) : [];
        if (deployment.IsFinished) return Stay(deployment, "It is over.", guards);
        if (deployment.State is not RollingBack && evidence.ChampionNumber != deployment.ChampionNumber)
            return evidence.ChampionNumber == deployment.Spec.Number
                ? To(deployment, Promoted, $"The alias '{deployment.Spec.Alias}' was pointed to the candidate by other means.", guards)
                : Off(deployment, string.Create(CultureInfo.InvariantCulture, $"The alias '{deployment.Spec.Alias}' was moved from {deployment.ChampionNumber} to {evidence.ChampionNumber} meanwhile: the candidate was compared with another champion."), guards);
        if (HasRun(deployment) && deployment.State is not RollingBack && Alarm(deployment, evidence, guards, now) is { } alarm) return To(deployment, RollingBack, alarm, guards);
        return deployment.State switch
        {
            Draft => Begin(deployment),
            Gating => Gate(deployment, evidence, now),
            AwaitingApproval => Approve(deployment, evidence),
            Loading => Load(deployment, evidence, now),
            Shadow => Leave(deployment, evidence, now, deployment.Spec.ShadowRequests, guards),
            Canary => Leave(deployment, evidence, now, deployment.Spec.MinimumRequests, guards),
            Baking => Finish(deployment, evidence, now, guards),
            RollingBack => evidence.Servers.All(s => s.Revision >= deployment.RouteRevision)
                ? To(deployment, RolledBack, $"The champion answers everything: {Count(evidence.Servers.Count, "live server follows", "live servers follow")} the route without the candidate.", guards)
                : Stay(deployment, Waiting(deployment, evidence), guards),
            _ => Stay(deployment, deployment.Reason, guards),
        };
    }

    /// <summary>Where a person's command leads.</summary>
    /// <exception cref="MLOpsConflictException">It cannot be done in this state.</exception>
    public static (DeploymentState To, int Step) Tell(Deployment deployment, DeploymentCommand command) => (command, deployment.State, deployment.PausedFrom) switch
    {
        (DeploymentCommand.Pause, Draft or Gating or AwaitingApproval or Loading or Shadow or Canary or Baking, _) => (Paused, deployment.Step),
        (DeploymentCommand.Resume, Paused, { } from) => (from, deployment.Step),
        (DeploymentCommand.Promote, Loading or Shadow or Canary or Baking, _) or (DeploymentCommand.Promote, Paused, Loading or Shadow or Canary or Baking) => (Promoted, 0),
        (DeploymentCommand.RollBack, Promoted, _) when deployment.ChampionNumber > 0 => (RolledBack, 0),
        (DeploymentCommand.RollBack, Draft or Gating or AwaitingApproval or Loading or Shadow or Canary or Baking or Paused, _) => (deployment.RouteRevision > 0 ? RollingBack : RolledBack, 0),
        _ => throw new MLOpsConflictException($"The deployment {deployment.Id} is {deployment.State}{(deployment.PausedFrom is { } from ? $" from {from}" : "")}: {command} leads nowhere from there. Look at its state."),
    };

    private static DeploymentDecision Begin(Deployment deployment) => deployment is { ChampionNumber: 0, Spec.WithoutChampion: false }
        ? To(deployment, Failed, $"The alias '{deployment.Spec.Alias}' points to nothing, so there is no champion to compare with. Set {nameof(DeploymentSpec.WithoutChampion)} for the first version of all.", [])
        : To(deployment, Gating, "Its gates are asked.", []);

    private static DeploymentDecision Gate(Deployment deployment, DeploymentEvidence evidence, DateTimeOffset now)
    {
        var no = evidence.Gates.Where(g => g.Value is { } outcome && outcome.Blocks()).Select(g => $"{g.Key}: {g.Value}").ToList();
        if (no.Count > 0) return To(deployment, Failed, $"A gate did not let it pass: {string.Join(", ", no)}.", []);
        var open = evidence.Gates.Where(g => g.Value is null).Select(g => g.Key).ToList();
        if (open.Count > 0) return Late(deployment, now, deployment.Spec.Patience, $"It waits for the verdict of {string.Join(", ", open)}.", []);
        return To(deployment, AwaitingApproval, evidence.Gates.Count == 0 ? "No gate was asked for." : $"{Count(evidence.Gates.Count, "gate lets", "gates let")} it pass.", []);
    }

    private static DeploymentDecision Approve(Deployment deployment, DeploymentEvidence evidence)
    {
        if (evidence.Missing.Count > 0) return Stay(deployment, string.Join(' ', evidence.Missing), []);
        return deployment.ChampionNumber == 0
            ? To(deployment, Promoted, "Nothing is missing, and it is the first: there is no champion to compare with.", [])
            : To(deployment, Loading, "Nothing is missing that the alias's policy asks for.", []);
    }

    private static DeploymentDecision Load(Deployment deployment, DeploymentEvidence evidence, DateTimeOffset now)
    {
        if (Broken(deployment, evidence, now) is { } error) return To(deployment, RollingBack, error, []);
        if (!IsObserved(deployment, evidence)) return Late(deployment, now, deployment.Spec.Patience, Waiting(deployment, evidence), []);
        var reason = $"{Count(evidence.Servers.Count, "live server has", "live servers have")} loaded it.";
        return deployment.Spec.ShadowRequests > 0 ? To(deployment, Shadow, reason, []) : To(deployment, Canary, reason, [], step: 0);
    }

    /// <summary>Out of the shadow, or a step further, once there was enough traffic for long enough and every live server follows the route that it came by.</summary>
    private static DeploymentDecision Leave(Deployment deployment, DeploymentEvidence evidence, DateTimeOffset now, long requests, IReadOnlyList<GuardReading> guards)
    {
        var spec = deployment.Spec;
        if (Lacks(deployment, evidence, now, requests, spec.MinimumStep) is { } lack) return Late(deployment, now, spec.MinimumStep + spec.Patience, lack, guards);
        var next = deployment.State is Shadow ? 0 : deployment.Step + 1;
        var reason = $"{Answered(evidence)}, and no guard is against it.";
        return next < spec.Canary.Count ? To(deployment, Canary, reason, guards, next) : To(deployment, Baking, reason, guards, deployment.Step);
    }

    private static DeploymentDecision Finish(Deployment deployment, DeploymentEvidence evidence, DateTimeOffset now, IReadOnlyList<GuardReading> guards)
    {
        var spec = deployment.Spec;
        var unsafeGuard = guards.FirstOrDefault(g => !g.IsSafe);
        var lack = Lacks(deployment, evidence, now, spec.MinimumRequests, spec.Bake)
            ?? (unsafeGuard is not null ? $"It is not shown to be no worse: {unsafeGuard.Message}" : null)
            ?? (evidence.Missing.Count > 0 ? string.Join(' ', evidence.Missing) : null);
        return lack is null
            ? To(deployment, Promoted, $"{Answered(evidence)}; it lasted {spec.Bake}, and every guard finds it no worse.", guards)
            : Late(deployment, now, spec.Bake + spec.Patience, lack, guards);
    }

    private static string? Lacks(Deployment deployment, DeploymentEvidence evidence, DateTimeOffset now, long requests, TimeSpan time)
    {
        if (!IsObserved(deployment, evidence)) return Waiting(deployment, evidence);
        if (evidence.Exposures is not [.., var last] || last.Exposure.Revision != deployment.RouteRevision) return "There is no evidence from its route yet.";
        if (Math.Min(last.Candidate.Requests, last.Champion.Requests) < requests) return string.Create(CultureInfo.InvariantCulture, $"{Answered(evidence)}; each needs {requests}.");
        return now - deployment.Since < time ? $"It must last {time}, and has lasted {now - deployment.Since}." : null;
    }

    /// <summary>What takes the candidate off at once.</summary>
    private static string? Alarm(Deployment deployment, DeploymentEvidence evidence, IReadOnlyList<GuardReading> guards, DateTimeOffset now)
    {
        if (evidence.Exposures.FirstOrDefault(s => s.Candidate.NotFinite > 0) is { } broken)
            return string.Create(CultureInfo.InvariantCulture, $"{broken.Candidate.NotFinite} answers of the candidate were no finite number.");
        if (evidence.Exposures is [.., var last] && last.Candidate.ConsecutiveFailures >= deployment.Spec.ConsecutiveFailures)
            return string.Create(CultureInfo.InvariantCulture, $"The candidate failed {last.Candidate.ConsecutiveFailures} times in a row on one server; {deployment.Spec.ConsecutiveFailures} are the limit.");
        if (evidence.Servers.FirstOrDefault(s => s.TakenOut is not null) is { } server) return $"The server {server.Server} took the candidate out by itself: {Name.Shown(server.TakenOut)}";
        return guards.FirstOrDefault(g => g.IsTripped) is { } guard ? $"The guard {guard.Guard.Kind} tripped: {guard.Message}" : Broken(deployment, evidence, now);
    }

    private static string? Broken(Deployment deployment, DeploymentEvidence evidence, DateTimeOffset now) =>
        now - deployment.Since >= s_settles && evidence.Servers.FirstOrDefault(s => s.Error is not null && s.Revision < deployment.RouteRevision) is { } server ? $"The server {server.Server} cannot follow route {Text(deployment.RouteRevision)}: {Name.Shown(server.Error)}" : null;

    // Without a live server nobody has observed anything.
    private static bool IsObserved(Deployment deployment, DeploymentEvidence evidence) => evidence.Servers.Count > 0 && evidence.Servers.All(s => s.Revision >= deployment.RouteRevision);

    /// <summary>Whether the candidate computes answers now, or did on the way to its pause.</summary>
    private static bool HasRun(Deployment deployment) => deployment.Exposures.Count > 0;

    private static DeploymentDecision Off(Deployment deployment, string reason, IReadOnlyList<GuardReading> guards) => To(deployment, deployment.RouteRevision > 0 ? RollingBack : Failed, reason, guards);

    private static DeploymentDecision Late(Deployment deployment, DateTimeOffset now, TimeSpan patience, string lack, IReadOnlyList<GuardReading> guards)
    {
        if (now - deployment.Since < patience) return Stay(deployment, lack, guards);
        var reason = $"It got no further in {patience}: {lack}";
        return deployment.Spec.OnDeadline is DeadlineAction.RollBack ? Off(deployment, reason, guards) : To(deployment, Paused, reason, guards, deployment.Step);
    }

    private static DeploymentDecision To(Deployment deployment, DeploymentState state, string reason, IReadOnlyList<GuardReading> guards, int step = 0) => new(state, step, reason, guards);

    private static DeploymentDecision Stay(Deployment deployment, string reason, IReadOnlyList<GuardReading> guards) => new(deployment.State, deployment.Step, reason, guards);

    private static string Waiting(Deployment deployment, DeploymentEvidence evidence) => evidence.Servers.Count == 0
        ? "No server of the model is alive that could follow its route."
        : $"{Count(evidence.Servers.Count(s => s.Revision < deployment.RouteRevision), "live server has", "live servers have")} not observed route {Text(deployment.RouteRevision)} yet.";

    private static string Answered(DeploymentEvidence evidence) => evidence.Exposures is [.., var last]
        ? string.Create(CultureInfo.InvariantCulture, $"On route {last.Exposure.Revision} the candidate answered {last.Candidate.Requests} requests and the champion {last.Champion.Requests}")
        : "There was no traffic";

    private static string Count(int count, string one, string many) => $"{Text(count)} {(count == 1 ? one : many)}";

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
