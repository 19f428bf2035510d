using Microsoft.Extensions.Logging;
using MLOps.Models;
using MLOps.Records;

namespace MLOps.Delivery;

/// <summary>Asks gates and keeps their verdicts, bound to the content that was judged.</summary>
internal sealed partial class GateJudge(IModelRegistry registry, RecordWriter records, ILogger logger)
{
    public async ValueTask<IReadOnlyList<GateVerdict>> JudgeAsync(ModelVersion candidate, ModelVersion? champion, IReadOnlyList<IGate> gates, CancellationToken cancellationToken)
    {
        var subject = new GateSubject(candidate, champion, registry);
        var verdicts = new List<GateVerdict>();
        // All gates are asked, also after one said no: people want the whole list of what is wrong.
        foreach (var gate in gates)
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
