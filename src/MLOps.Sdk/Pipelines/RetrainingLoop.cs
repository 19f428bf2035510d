using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using MLOps.Delivery;
using MLOps.Models;
using MLOps.Monitoring;
using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Pipelines;

/// <summary>
/// Continuous training: a monitor report that tells of drift on the serving version wakes a retraining; the new version must pass the gates before the
/// alias moves. In a host it runs by itself; a script calls <see cref="ProcessAsync"/>. Declared with <c>AddRetraining</c>. Thread-safe.
/// </summary>
/// <remarks>
/// Of all processes on a store one trains a model at a time: who begins puts a record under its expected version, the others wait for its end. Reports that
/// arrive meanwhile count as one, the newest. A promotion or a rejection answers the report; after a failure the same report may wake it again, a few
/// times. A process that dies in the middle holds the model until its time limit; then another takes over.
/// </remarks>
public sealed class RetrainingLoop
{
    private readonly RecordWriter _records;
    private readonly IModelRegistry _registry;
    private readonly ILogger _logger;
    private readonly RetrainingStates _states;
    private readonly RetrainingAttempt _attempt;
    private readonly Dictionary<string, RetrainingDeclaration> _declared = new(StringComparer.Ordinal);
    private readonly RecordCollection<MonitorReport> _reports;

    internal RetrainingLoop(
        RecordWriter records, IModelRegistry registry, IDeployments deployments, IEnumerable<RetrainingDeclaration> declared, ILogger logger)
    {
        (_records, _registry, _logger) = (records, registry, logger);
        _states = new(records);
        _attempt = new(_states, deployments, records, logger);
        _reports = MonitorReports.Of(records.Store);
        foreach (var declaration in declared)
        {
            if (!_declared.TryAdd(declaration.Model, declaration))
                throw new MLOpsInvalidException($"The model '{Name.Shown(declaration.Model)}' is declared twice with AddRetraining.");
        }
    }

    /// <summary>Does all retraining that is due now, one model after the other, and returns what became of it; empty when nothing was due.</summary>
    /// <param name="cancellationToken">Cancels; a retraining in progress is given back, and its report will wake it again.</param>
    public async ValueTask<IReadOnlyList<Retraining>> ProcessAsync(CancellationToken cancellationToken = default)
    {
        var finished = new List<Retraining>();
        foreach (var declaration in _declared.Values)
        {
            var (retraining, _) = await StepAsync(declaration, cancellationToken).ConfigureAwait(false);
            if (retraining is not null) finished.Add(retraining);
        }

        return finished;
    }

    /// <summary>The finished retrainings of a model, newest first; at most 100 are kept.</summary>
    public async ValueTask<IReadOnlyList<Retraining>> HistoryAsync(string model, CancellationToken cancellationToken = default) =>
        (await _states.ReadAsync(Name.Require(model, "model name"), cancellationToken).ConfigureAwait(false))?.Value.History ?? [];

    /// <summary>The models declared with <c>AddRetraining</c>.</summary>
    internal IReadOnlyCollection<RetrainingDeclaration> Declared => _declared.Values;

    /// <summary>Ends when a report of the model arrives after the position, or the time is over.</summary>
    internal async Task WaitAsync(string model, long after, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        using var limit = timeout is { } time ? new CancellationTokenSource(time, _records.Time) : new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            // The state's record is watched too: when another process gives a retraining back, this one may be next.
            await foreach (var change in _records.Store.WatchAsync(after, [_reports.Name, Collections.Retrainings], either.Token).ConfigureAwait(false))
            {
                if (change.Record is null) continue;
                if (change.Key.Collection == Collections.Retrainings ? change.Key.Id == model : change.Record.Fields.TryGetValue("model", out var of) && of.Text == model)
                    return;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>The position after which <see cref="WaitAsync"/> sees what a step did not.</summary>
    internal async ValueTask<long> PositionAsync(CancellationToken cancellationToken) =>
        (await _records.Store.QueryAsync(new RecordQuery(_reports.Name) { Size = 1 }, cancellationToken).ConfigureAwait(false)).Position;

    /// <summary>Retrains a model if that is due. Otherwise tells when it will be, if only time is missing.</summary>
    internal async ValueTask<(Retraining? Finished, DateTimeOffset? Due)> StepAsync(RetrainingDeclaration declaration, CancellationToken cancellationToken)
    {
        var stored = await _states.ReadAsync(declaration.Model, cancellationToken).ConfigureAwait(false);
        if (stored?.Value.Running is { } running)
        {
            if (_records.Now < running.Until) return (null, running.Until);
            _logger.LogTakenOver(declaration.Model, running.Id);
            stored = await _attempt.CloseAbandonedAsync(stored, await ChampionAsync(declaration, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            if (stored is null) return (null, _records.Now);
        }

        var state = stored?.Value ?? new() { Model = declaration.Model };
        if (await ChampionAsync(declaration, cancellationToken).ConfigureAwait(false) is not { } champion) return (null, null);
        if (await PendingAsync(declaration, champion, state, cancellationToken).ConfigureAwait(false) is not { } report) return (null, null);
        if (RetrainingPolicy.AllowedFrom(state, declaration.Options) is { } from && from > _records.Now)
        {
            _logger.LogWaiting(declaration.Model, report.Id, from);
            return (null, from);
        }

        return (await _attempt.RunAsync(declaration, stored, champion, report, cancellationToken).ConfigureAwait(false), null);
    }

    private async ValueTask<ModelVersion?> ChampionAsync(RetrainingDeclaration declaration, CancellationToken cancellationToken)
    {
        try
        {
            return await _registry.ResolveAsync($"{declaration.Model}@{declaration.Options.Alias}", cancellationToken).ConfigureAwait(false);
        }
        catch (MLOpsNotFoundException)
        {
            return null;
        }
    }

    // The newest report on the champion that wakes, unless it was answered or has had its attempts. Older ones are part of it.
    private async ValueTask<MonitorReport?> PendingAsync(
        RetrainingDeclaration declaration, ModelVersion champion, RetrainingState state, CancellationToken cancellationToken)
    {
        await foreach (var report in ReportsAsync(champion, cancellationToken).ConfigureAwait(false))
        {
            if (report.Id == state.AnsweredReportId || report.CreatedAt < state.AnsweredReportAt) return null;
            if (!declaration.Options.When(report)) continue;
            return report.Id == state.AttemptedReportId && state.Attempts >= declaration.Options.MaximumAttempts ? null : report;
        }

        return null;
    }

    private async IAsyncEnumerable<MonitorReport> ReportsAsync(ModelVersion champion, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var filter = Filter.And(Filter.Equal("model", champion.Model), Filter.Equal("number", champion.Number));
        await foreach (var report in _reports.QueryAsync(filter, "created", descending: true, pageSize: 20, cancellationToken: cancellationToken).ConfigureAwait(false))
            yield return report.Value;
    }
}
