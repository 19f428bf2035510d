using System.Globalization;
using Microsoft.Extensions.Logging;
using MLOps.Models;
using MLOps.Records;

namespace MLOps.Delivery;

/// <summary>Gates and alias moves over the registry.</summary>
internal sealed partial class Deployments(IModelRegistry registry, RecordWriter records, ILogger logger) : IDeployments
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
        if (verdicts.Any(v => v.Outcome is not GateOutcome.Passed)) return new(false, candidate, champion, verdicts);

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
            return await registry.ResolveAsync(string.Create(CultureInfo.InvariantCulture, $"{model}/{known.Number}"), cancellationToken).ConfigureAwait(false);
        }

        return null;
    }

    private async ValueTask<IReadOnlyList<GateVerdict>> JudgeAsync(
        ModelVersion candidate, ModelVersion? champion, PromotionOptions options, CancellationToken cancellationToken)
    {
        var subject = new GateSubject(candidate, champion, registry);
        var verdicts = new List<GateVerdict>();
        // All gates are asked, also after one said no: people want the whole list of what is wrong.
        foreach (var gate in options.Gates)
        {
            var result = await EvaluateAsync(gate, subject, cancellationToken).ConfigureAwait(false);
            var now = records.Now;
            var verdict = new GateVerdict
            {
                Id = Guid.CreateVersion7(now).ToString("N"),
                Gate = gate.Name,
                Model = candidate.Model,
                Number = candidate.Number,
                Digest = candidate.Digest,
                ChampionNumber = champion?.Number,
                Outcome = result.Outcome,
                Message = PlainText.Of(result.Message),
                Evidence = result.Evidence,
                Actor = records.Actor,
                At = now,
            };
            await registry.AddVerdictAsync(verdict, cancellationToken).ConfigureAwait(false);
            verdicts.Add(verdict);
        }

        return verdicts;
    }

    private async ValueTask<GateResult> EvaluateAsync(IGate gate, GateSubject subject, CancellationToken cancellationToken)
    {
        try
        {
            return await gate.EvaluateAsync(subject, cancellationToken).ConfigureAwait(false)
                ?? new(GateOutcome.Error, "The gate gave no result.", new Dictionary<string, double>());
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // A gate is foreign code: whatever it throws blocks the promotion and is kept as evidence.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogGateFailed(gate.Name, subject.Candidate.ToString(), e);
            return new(GateOutcome.Error, $"The gate went wrong: {Name.Shown(e.GetType().Name)}: {e.Message}", new Dictionary<string, double>());
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Gate {Gate} went wrong on {Version}; this blocks the promotion.")]
    private partial void LogGateFailed(string gate, string version, Exception exception);
}
