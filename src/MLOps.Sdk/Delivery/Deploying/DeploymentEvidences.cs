using MLOps.Models;
using MLOps.Serving;

namespace MLOps.Delivery;

/// <summary>Gathers what a decision about a deployment rests on.</summary>
internal sealed class DeploymentEvidences(IModelRegistry registry, AliasProtection protection, RouteRecords routes)
{
    /// <summary>The arms of a deployment's routes.</summary>
    public const string Champion = "champion", Candidate = "candidate";

    public async ValueTask<DeploymentEvidence> GatherAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        var spec = deployment.Spec;
        return new()
        {
            Gates = deployment.State is DeploymentState.Gating ? await GatesAsync(deployment, cancellationToken).ConfigureAwait(false) : new Dictionary<string, GateOutcome?>(),
            Missing = deployment.State is DeploymentState.AwaitingApproval or DeploymentState.Baking
                ? (await protection.DecideAsync(spec.Model, spec.Alias, spec.Number, cancellationToken).ConfigureAwait(false)).Missing
                : [],
            ChampionNumber = await ChampionAsync(spec, cancellationToken).ConfigureAwait(false),
            Servers = deployment.RouteRevision == 0 || deployment.IsFinished ? [] : await ServersAsync(deployment, cancellationToken).ConfigureAwait(false),
            Exposures = deployment.Exposures.Count == 0 ? [] : await ExposuresAsync(deployment, cancellationToken).ConfigureAwait(false),
        };
    }

    /// <summary>What a gate last said of this content against this champion, whenever and by whomever it was asked.</summary>
    public async ValueTask<IReadOnlyDictionary<string, GateOutcome?>> GatesAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        var said = deployment.Gates.ToDictionary(g => g, _ => (GateOutcome?)null, StringComparer.Ordinal);
        if (said.Count == 0) return said;
        await foreach (var verdict in registry.VerdictsAsync(deployment.Spec.Model, deployment.Spec.Number, cancellationToken).ConfigureAwait(false))
            if (verdict.Digest == deployment.Digest && (verdict.ChampionNumber ?? 0) == deployment.ChampionNumber && said.TryGetValue(verdict.Gate, out var known) && known is null)
                said[verdict.Gate] = verdict.Outcome;
        return said;
    }

    private async ValueTask<int> ChampionAsync(DeploymentSpec spec, CancellationToken cancellationToken)
    {
        await foreach (var alias in registry.AliasesAsync(spec.Model, cancellationToken).ConfigureAwait(false))
            if (alias.Alias == spec.Alias) return alias.Number;
        return 0;
    }

    private async ValueTask<IReadOnlyList<ServerObservation>> ServersAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        var servers = new List<ServerObservation>();
        foreach (var seen in await routes.LiveAsync(deployment.Spec.Model, deployment.Spec.Alias, cancellationToken).ConfigureAwait(false))
            servers.Add(new($"{seen.Host}/{seen.Instance}", seen.Revision, seen.Problem, seen.Tripped.FirstOrDefault(t => t.Arm == Candidate)?.Why));
        return servers;
    }

    private async ValueTask<IReadOnlyList<ExposureEvidence>> ExposuresAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        var counts = await routes.CountsAsync(deployment.Spec.Model, deployment.Spec.Alias, deployment.Exposures[0].Revision, cancellationToken).ConfigureAwait(false);
        return [.. deployment.Exposures.Select(exposure => new ExposureEvidence(exposure, Of(exposure, Champion, deployment.ChampionNumber), Of(exposure, Candidate, deployment.Spec.Number)))];

        // By version too: an arm that follows the alias is the champion's only as long as the alias is.
        ArmEvidence Of(Exposure exposure, string arm, int number) =>
            counts.FirstOrDefault(c => c.Revision == exposure.Revision && c.Count.Arm == arm && c.Count.Number == number) is { Count: var count } ? Evidence(count) : ArmEvidence.None;
    }

    private static ArmEvidence Evidence(ArmCount count)
    {
        var mean = count.Scored == 0 ? 0 : count.Sum / count.Scored;
        return new()
        {
            Requests = count.Requests, Failures = count.Errors, Slow = count.Slow, NotFinite = count.NotFinite, ConsecutiveFailures = count.ErrorsInARow,
            Outputs = count.Scored, OutputMean = mean, OutputSquares = Math.Max(0, count.SumOfSquares - count.Scored * mean * mean),
        };
    }
}
