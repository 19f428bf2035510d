using System.Globalization;
using Microsoft.Extensions.Logging;
using MLOps.Models;
using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Monitoring;

/// <summary>Keeps a model's alerts: what a report changes in them is committed with the report, and people are told once it is.</summary>
internal sealed class AlertBook(RecordWriter records, IModelRegistry registry, ILogger logger)
{
    private const string ServingAlias = "champion";
    private static readonly TimeSpan s_week = TimeSpan.FromDays(7);

    private readonly RecordCollection<MonitorAlert> _alerts = MonitorAlerts.Of(records.Store);
    private readonly RecordCollection<AlertSilence> _silences = MonitorAlerts.Silences(records.Store);

    /// <summary>The changes that a report makes, for its commit; <c>Told</c> is what people are to be told after it.</summary>
    public async ValueTask<(List<RecordOperation> Operations, List<MonitorAlert> Told)> NextAsync(MonitorReport report, ModelVersion? version, MonitorOptions options, CancellationToken cancellationToken)
    {
        var known = await _alerts.QueryAsync(Filter.Equal("model", report.Model), cancellationToken: cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false);
        var silence = await _silences.GetAsync(report.Model, cancellationToken).ConfigureAwait(false);
        var spent = known.Count(a => a.Value.OpenedAt > report.CreatedAt - s_week && !a.Value.IsHeldBack);
        var operations = new List<RecordOperation>();
        var told = new List<MonitorAlert>();
        IReadOnlyList<EntityRef>? links = null;
        foreach (var finding in AlertFindings.Of(report, options))
        {
            var before = known
                .Where(a => a.Value.Kind == finding.Kind && (a.Value.State is not AlertState.Resolved || (a.Value.OpenedAt is not null && a.Value.ResolvedAt + options.Alerts.Cooldown > report.CreatedAt)))
                .OrderBy(a => a.Value.State is AlertState.Resolved).ThenByDescending(a => a.Value.Since).FirstOrDefault();
            var next = AlertRules.Next(before?.Value, finding, report, options.Alerts, report.CreatedAt, () => Guid.CreateVersion7(report.CreatedAt).ToString("N"));
            if (next is null || next == before?.Value) continue;
            if (finding.IsFound) next = next with { Links = links ??= await LinksAsync(report, version, cancellationToken).ConfigureAwait(false) };
            var isOpened = next.State is AlertState.Open && before?.Value.State is not AlertState.Open && next.OpenedAt == report.CreatedAt;
            var isResolved = next.State is AlertState.Resolved && before?.Value.State is AlertState.Open;
            if (isOpened)
            {
                next = next with { IsHeldBack = silence?.Value.Until > report.CreatedAt || spent >= options.Alerts.MaximumPerWeek };
                if (!next.IsHeldBack) spent++;
            }

            operations.Add(before is null ? _alerts.Put(next, RecordOperation.Absent) : _alerts.Put(before, next));
            if ((!isOpened && !isResolved) || next.IsHeldBack) continue;
            told.Add(next);
            operations.Add(Event(isOpened ? ModelEventType.AlertOpened : ModelEventType.AlertResolved, next, isOpened));
        }

        return (operations, told);
    }

    public void Tell(IEnumerable<MonitorAlert> alerts)
    {
        foreach (var alert in alerts)
        {
            if (alert.State is AlertState.Open) logger.LogAlertOpened(alert.Id, alert.Model, alert.Kind, alert.Title, alert.Text);
            else logger.LogAlertResolved(alert.Id, alert.Model, alert.Kind, alert.Title);
            MonitoringTelemetry.Told(alert);
        }
    }

    public IAsyncEnumerable<MonitorAlert> ListAsync(string? model, CancellationToken cancellationToken) =>
        _alerts.QueryAsync(model is null ? null : Filter.Equal("model", model), "since", descending: true, cancellationToken: cancellationToken).Select(a => a.Value);

    public async ValueTask<MonitorAlert> AcknowledgeAsync(string id, string? note, CancellationToken cancellationToken)
    {
        var alert = await _alerts.GetAsync(id, cancellationToken).ConfigureAwait(false)
            ?? throw new MLOpsNotFoundException($"There is no alert '{Name.Shown(id)}': list them with 'mlops monitor alerts'.");
        var next = alert.Value with { AcknowledgedBy = records.Actor, AcknowledgedAt = records.Now, Note = note };
        await records.CommitAsync([_alerts.Put(alert, next)], note, cancellationToken).ConfigureAwait(false);
        return next;
    }

    public async ValueTask<AlertSilence> SilenceAsync(string model, DateTimeOffset until, string? reason, CancellationToken cancellationToken)
    {
        var silence = new AlertSilence(Name.Require(model, "model name"), until, reason, records.Actor);
        await records.CommitAsync([_silences.Put(silence, null)], reason, cancellationToken).ConfigureAwait(false);
        return silence;
    }

    private RecordPut Event(string type, MonitorAlert alert, bool isOpened) => Outbox.Of(
        records, type, alert.Model, new EntityRef(EntityRef.AlertKind, alert.Id),
        ("alert", alert.Id), ("kind", alert.Kind.ToString()), ("number", Outbox.Text(alert.Number)), ("title", alert.Title),
        ("since", isOpened ? alert.Since.ToString("O", CultureInfo.InvariantCulture) : null), ("text", isOpened ? alert.Text : null));

    private async ValueTask<IReadOnlyList<EntityRef>> LinksAsync(MonitorReport report, ModelVersion? version, CancellationToken cancellationToken)
    {
        var links = new List<EntityRef> { new(EntityRef.ReportKind, report.Id) };
        if (version is null) return links;
        links.Add(version.ToRef());
        links.AddRange(version.DatasetVersions.Select(EntityRef.Dataset));
        if (version.RunId is { } run) links.Add(EntityRef.Run(run));
        await foreach (var move in registry.AliasHistoryAsync(report.Model, ServingAlias, cancellationToken).ConfigureAwait(false))
        {
            links.Add(EntityRef.Deployment(report.Model, ServingAlias, move.Revision));
            break;
        }

        return links;
    }
}
