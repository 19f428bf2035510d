using System.Runtime.CompilerServices;
using MLOps.Models;
using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Delivery;

/// <summary>Gates and alias moves over the registry, and deployments for the controller.</summary>
internal sealed class Deployments(IModelRegistry registry, GateJudge judge, DeploymentRecords records, DeploymentMoves moves, DeploymentEvidences evidences, RecordWriter writer) : IDeployments
{
    public async ValueTask<IReadOnlyList<GateVerdict>> CheckAsync(
        ModelVersion candidate, PromotionOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        options ??= new();
        var champion = await ChampionAsync(candidate.Model, options.Alias, cancellationToken).ConfigureAwait(false);
        return await JudgeAsync(candidate, champion, options, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<Promotion> PromoteAsync(ModelVersion candidate, PromotionOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        options ??= new();
        var champion = await ChampionAsync(candidate.Model, options.Alias, cancellationToken).ConfigureAwait(false);
        var verdicts = await JudgeAsync(candidate, champion, options, cancellationToken).ConfigureAwait(false);
        if (verdicts.Any(v => v.Outcome.Blocks())) return new(false, candidate, champion, verdicts);

        // The verdicts hold against this champion only: a faster promotion in between must be judged against, not overwritten.
        var move = new AliasMoveOptions { ExpectedNumber = champion?.Number ?? 0, Reason = options.Reason, Override = options.Override };
        try
        {
            await registry.SetAliasAsync(candidate.Model, options.Alias, candidate.Number, move, cancellationToken).ConfigureAwait(false);
        }
        catch (MLOpsRejectedException e) when (!options.Override)
        {
            // An answer like a gate's: the usual reason is an approval that is still to come.
            return new(false, candidate, champion, verdicts) { Refusal = e.Message };
        }

        return new(true, candidate, champion, verdicts);
    }

    public ValueTask<ModelAlias> RollbackAsync(string model, string alias, AliasMoveOptions options, CancellationToken cancellationToken = default) =>
        registry.RollbackAsync(model, alias, options, cancellationToken);

    private async ValueTask<ModelVersion?> ChampionAsync(string model, string alias, CancellationToken cancellationToken)
    {
        Name.Require(alias, "alias");
        await foreach (var known in registry.AliasesAsync(model, cancellationToken).ConfigureAwait(false))
        {
            if (known.Alias != alias || known.Number == 0) continue;
            // Resolved by number: the alias may move between the two reads, and the gates must see the version that the move expects.
            return await registry.ResolveAsync(model, known.Number, cancellationToken).ConfigureAwait(false);
        }

        return null;
    }

    public async ValueTask<Deployment> StartAsync(DeploymentSpec spec, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(spec);
        DeploymentRules.Require(spec);
        var candidate = await registry.ResolveAsync(spec.Model, spec.Number, cancellationToken).ConfigureAwait(false);
        return await moves.BeginAsync(spec, candidate, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<Deployment> FindAsync(string id, CancellationToken cancellationToken = default) => (await records.FindAsync(id, cancellationToken).ConfigureAwait(false)).Value;

    public async IAsyncEnumerable<Deployment> ListAsync(string? model = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var filter = model is null ? null : Filter.Equal("model", Name.Require(model, "model name"));
        await foreach (var deployment in records.Deployments.QueryAsync(filter, "createdAt", descending: true, cancellationToken: cancellationToken).ConfigureAwait(false)) yield return deployment.Value;
    }

    public async ValueTask<Deployment> CommandAsync(string id, DeploymentCommand command, string reason, CancellationToken cancellationToken = default)
    {
        if (string.IsNullOrWhiteSpace(reason)) throw new MLOpsInvalidException($"{command} needs a reason: whoever looks at the history later wants to know why.");
        Reasons.Require(reason);
        while (true)
        {
            var stored = await records.FindAsync(id, cancellationToken).ConfigureAwait(false);
            var (to, step) = DeploymentMachine.Tell(stored.Value, command);
            var transition = new DeploymentTransition { Id = stored.Value.Id, Epoch = 0, To = to, Step = step, Reason = reason, Command = command, Actor = "", At = default };
            try
            {
                await moves.CommitAsync(stored, transition, null, null, cancellationToken).ConfigureAwait(false);
                return await FindAsync(stored.Value.Id, cancellationToken).ConfigureAwait(false);
            }
            catch (MLOpsConflictException)
            {
                // The controller may have been faster: whether the command still leads somewhere is seen from the new state. What is unchanged is no race.
                if ((await records.FindAsync(stored.Value.Id, cancellationToken).ConfigureAwait(false)).Version == stored.Version) throw;
            }
        }
    }

    public async ValueTask<DeploymentProspect> ProspectAsync(string id, CancellationToken cancellationToken = default)
    {
        var deployment = await FindAsync(id, cancellationToken).ConfigureAwait(false);
        var evidence = await evidences.GatherAsync(deployment, cancellationToken).ConfigureAwait(false);
        var decision = DeploymentMachine.Decide(deployment, evidence, writer.Now);
        return new(deployment, decision.To, decision.Reason, evidence, decision.Guards);
    }

    public async IAsyncEnumerable<DeploymentExplanation> ExplainAsync(string id, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var deployment = await FindAsync(id, cancellationToken).ConfigureAwait(false);
        await foreach (var transition in records.TransitionsAsync(deployment.Id, cancellationToken).ConfigureAwait(false))
        {
            var again = transition is { Before: { } before, Evidence: { } evidence } ? DeploymentMachine.Decide(before, evidence, transition.At) : null;
            yield return new(transition, again is null || (again.To == transition.To && again.Step == transition.Step));
        }
    }

    private ValueTask<IReadOnlyList<GateVerdict>> JudgeAsync(ModelVersion candidate, ModelVersion? champion, PromotionOptions options, CancellationToken cancellationToken) =>
        judge.JudgeAsync(candidate, champion, options.Gates, cancellationToken);
}
