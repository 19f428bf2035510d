using System.Globalization;
using Microsoft.Extensions.Logging;
using MLOps.Delivery;
using MLOps.Models;
using MLOps.Monitoring;
using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Pipelines;

/// <summary>One retraining from its claim to its end.</summary>
internal sealed class RetrainingAttempt(RetrainingStates states, IDeployments deployments, RecordWriter records, ILogger logger)
{
    /// <summary>Trains, judges and promotes. Null when another process was faster or took over.</summary>
    public async ValueTask<Retraining?> RunAsync(
        RetrainingDeclaration declaration, Stored<RetrainingState>? stored, ModelVersion champion, MonitorReport report, CancellationToken cancellationToken)
    {
        var claimed = await ClaimAsync(declaration, stored, champion, report, cancellationToken).ConfigureAwait(false);
        if (claimed?.Value.Running is not { } running) return null;
        var trigger = new RetrainingTrigger(running.Id, report, champion, claimed.Value.Attempts, running.StartedAt);
        logger.LogBegins(declaration.Model, trigger.Id, report.Id, trigger.Attempt);

        using var limit = new CancellationTokenSource(declaration.Options.TimeLimit, records.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        RetrainingResult result;
        string reason;
        try
        {
            var candidate = await declaration.Options.Train!(trigger, either.Token).ConfigureAwait(false)
                ?? throw new MLOpsInvalidException("The training returned no version.");
            if (candidate.Model != declaration.Model)
                throw new MLOpsInvalidException($"The training returned {candidate}, which is no version of '{declaration.Model}'.");
            var trained = claimed.Value with { Running = running with { CandidateNumber = candidate.Number } };
            // Also proves that nobody took over meanwhile; the promotion below then still expects the champion it was judged against.
            var kept = await states.WriteAsync(claimed, trained, [], "Trained", either.Token).ConfigureAwait(false);
            if (kept is null) return null;
            claimed = kept;

            var gates = declaration.Options.Gates is { } make ? await make(trigger, candidate, either.Token).ConfigureAwait(false) : [];
            var options = new PromotionOptions { Alias = declaration.Options.Alias, Gates = gates, Reason = PlainText.Of($"Retrained after report {report.Id}: {report.Summary}") };
            var promotion = await deployments.PromoteAsync(candidate, options, either.Token).ConfigureAwait(false);
            (result, reason) = promotion.Promoted
                ? (RetrainingResult.Promoted, $"{candidate} serves as {options.Alias}.")
                : (RetrainingResult.Rejected, Objections(promotion));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await GiveBackAsync(claimed).ConfigureAwait(false);
            throw;
        }
#pragma warning disable CA1031 // Training and gates are foreign code: whatever they throw ends this attempt, and the loop goes on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.LogFailed(declaration.Model, trigger.Id, e);
            result = RetrainingResult.Failed;
            reason = limit.IsCancellationRequested
                ? string.Create(CultureInfo.InvariantCulture, $"It took longer than its time limit of {declaration.Options.TimeLimit}.")
                : $"{e.GetType().Name}: {e.Message}";
        }

        // Outside of the try: what cannot be recorded here is no failure of the training. The claim then stays, and CloseAbandonedAsync finds out what became of it.
        return await FinishAsync(claimed, result, reason).ConfigureAwait(false);
    }

    /// <summary>Ends a retraining whose process died. Null when another process was faster.</summary>
    public async ValueTask<Stored<RetrainingState>?> CloseAbandonedAsync(Stored<RetrainingState> stored, ModelVersion? champion, CancellationToken cancellationToken)
    {
        // The process may have died between the promotion and its last record: then the work is done.
        var isPromoted = champion is not null && stored.Value.Running!.CandidateNumber == champion.Number;
        var next = Ended(
            stored.Value,
            isPromoted ? RetrainingResult.Promoted : RetrainingResult.Failed,
            isPromoted ? $"{champion} serves; the process that promoted it ended before it could say so." : "The process that trained it ended in the middle.");
        // The time limit has passed: that was pause enough for the first new attempt.
        if (!isPromoted) next = next with { FinishedAt = stored.Value.FinishedAt, Misses = stored.Value.Misses };
        return await states.WriteAsync(stored, next, Told(next.History[0]), "Taken over", cancellationToken).ConfigureAwait(false);
    }

    private ValueTask<Stored<RetrainingState>?> ClaimAsync(
        RetrainingDeclaration declaration, Stored<RetrainingState>? stored, ModelVersion champion, MonitorReport report, CancellationToken cancellationToken)
    {
        var now = records.Now;
        var state = stored?.Value ?? new() { Model = declaration.Model };
        var next = state with
        {
            Running = new(Guid.CreateVersion7(now).ToString("N"), report.Id, report.CreatedAt, champion.Number, now, now + declaration.Options.TimeLimit),
            AttemptedReportId = report.Id,
            Attempts = state.AttemptedReportId == report.Id ? state.Attempts + 1 : 1,
            Started = [.. RetrainingPolicy.Recent(state.Started, now), now],
        };
        return states.WriteAsync(stored, next, [], "Begun", cancellationToken);
    }

    // What was decided is recorded, also when the caller no longer waits for it.
    private async ValueTask<Retraining?> FinishAsync(Stored<RetrainingState> claimed, RetrainingResult result, string reason)
    {
        var next = Ended(claimed.Value, result, reason);
        var written = await states.WriteAsync(claimed, next, Told(next.History[0]), result.ToString(), CancellationToken.None).ConfigureAwait(false);
        if (written is null) return null;
        logger.LogEnds(next.Model, next.History[0].Id, result, reason);
        return next.History[0];
    }

    private async ValueTask GiveBackAsync(Stored<RetrainingState> claimed)
    {
        var state = claimed.Value;
        var next = state with
        {
            Running = null,
            Attempts = state.Attempts - 1,
            Started = [.. state.Started.Where(s => s != state.Running!.StartedAt)],
        };
        await states.WriteAsync(claimed, next, [], "Cancelled", CancellationToken.None).ConfigureAwait(false);
    }

    private RetrainingState Ended(RetrainingState state, RetrainingResult result, string reason)
    {
        var running = state.Running!;
        var now = records.Now;
        var finished = new Retraining
        {
            Id = running.Id,
            Model = state.Model,
            ReportId = running.ReportId,
            ChampionNumber = running.ChampionNumber,
            CandidateNumber = running.CandidateNumber,
            Result = result,
            Reason = PlainText.Of(reason),
            StartedAt = running.StartedAt,
            FinishedAt = now,
        };
        var next = state with
        {
            Running = null,
            FinishedAt = now,
            Misses = result is RetrainingResult.Promoted ? 0 : state.Misses + 1,
            History = [.. state.History.Prepend(finished).Take(RetrainingState.LongestHistory)],
        };
        return result is RetrainingResult.Failed ? next : next with { AnsweredReportId = running.ReportId, AnsweredReportAt = running.ReportAt };
    }

    private List<RecordOperation> Told(Retraining retraining)
    {
        var report = new EntityRef(EntityRef.ReportKind, retraining.ReportId);
        var number = retraining.CandidateNumber is { } version ? Outbox.Text(version) : null;
        List<RecordOperation> operations =
            [Outbox.Of(records, ModelEventType.RetrainingFinished, retraining.Model, report, ("result", retraining.Result.ToString()), ("reason", retraining.Reason), ("number", number))];
        if (retraining.CandidateNumber is { } candidate)
            operations.Add(LineageEdge.Of(report, EntityRef.Model(retraining.Model, candidate), "retrained after", records.Now));
        return operations;
    }

    private static string Objections(Promotion promotion) => string.Join(' ', promotion.Verdicts
        .Where(v => v.Outcome.Blocks())
        .Select(v => $"{v.Gate}: {v.Outcome}. {v.Message}")
        .Concat(promotion.Refusal is { } refusal ? [refusal] : []));
}
