using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using MLOps.Models;
using MLOps.Predictions;
using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Monitoring;

/// <summary>The monitor over the prediction log, the registry and the records.</summary>
internal sealed class ModelMonitor(RecordWriter records, IModelRegistry registry, PredictionLog log, IStreamStore streams, IEnumerable<IDriftTest> tests, ILogger logger) : IModelMonitor
{
    private const int MostTries = 5, MostPrepared = 16;

    private readonly IReadOnlyList<IDriftTest> _tests = Unique(tests);
    private readonly RecordCollection<MonitorReport> _reports = MonitorReports.Of(records.Store);
    private readonly ConcurrentDictionary<(string Model, int Number, Digest Digest), PreparedBaseline?> _prepared = [];
    private readonly WindowBook _windows = new(streams, registry, log);
    private readonly AlertBook _alerts = new(records, registry, logger);

    public ValueTask LabelAsync(IReadOnlyList<PredictionLabel> labels, CancellationToken cancellationToken = default) => log.AddLabelsAsync(labels, cancellationToken);

    public ValueTask<LoggedPrediction> FindAsync(PredictionId id, CancellationToken cancellationToken = default) => log.FindAsync(id, cancellationToken);

    public async ValueTask<MonitorReport> EvaluateAsync(
        string model, MonitorWindow window, MonitorOptions? options = null, CancellationToken cancellationToken = default)
    {
        options = MonitorRules.Require(options ?? new());
        Name.Require(model, "model name");
        if (window.To <= window.From)
            throw new MLOpsInvalidException($"The window ends at {window.To:O}, not after its beginning at {window.From:O}.");
        // An unknown model must be told apart from one without predictions.
        await registry.ResolveAsync(model, cancellationToken).ConfigureAwait(false);

        await _windows.AdvanceAsync(model, cancellationToken).ConfigureAwait(false);
        var live = await WindowReader.ReadAsync(log, model, window, options.Version, cancellationToken).ConfigureAwait(false);
        if (live.Number == 0 && await _windows.BusiestAsync(model, window, cancellationToken).ConfigureAwait(false) is { } number) live = live with { Number = number };
        var version = live.Number == 0
            ? null
            : await registry.ResolveAsync(model, live.Number, cancellationToken).ConfigureAwait(false);
        var prepared = version is null ? null : await PrepareAsync(version, cancellationToken).ConfigureAwait(false);
        var baseline = prepared?.Baseline;
        if (version is not null && WindowBook.IsWhole(window) && await _windows.ReadAsync(model, live.Number, baseline, window.From, window.To, cancellationToken).ConfigureAwait(false) is { } stored && stored.Rows > live.Predictions.Length)
            live = live with { Stored = stored };
        var judgement = WindowJudgement.Of(live, baseline, version?.Metrics ?? new Dictionary<string, double>(), _tests, options);
        var now = records.Now;
        var report = WindowReport.Of(Guid.CreateVersion7(now).ToString("N"), model, window, live, prepared, judgement, options, now);
        report = await WithRecordAsync(report, judgement.Task, options, cancellationToken).ConfigureAwait(false);
        report = report with { Gaps = await WindowGaps.OfAsync(log, live, judgement, cancellationToken).ConfigureAwait(false) };
        await KeepAsync(report, version, options, cancellationToken).ConfigureAwait(false);
        return report;
    }

    public async IAsyncEnumerable<MonitorReport> ReportsAsync(string model, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var reports = _reports.QueryAsync(Filter.Equal("model", model), "created", descending: true, cancellationToken: cancellationToken);
        await foreach (var report in reports.ConfigureAwait(false)) yield return report.Value;
    }

    public IAsyncEnumerable<MonitorAlert> AlertsAsync(string? model = null, CancellationToken cancellationToken = default) => _alerts.ListAsync(model, cancellationToken);

    public ValueTask<MonitorAlert> AcknowledgeAsync(string id, string? note = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(id);
        return _alerts.AcknowledgeAsync(id, note, cancellationToken);
    }

    public ValueTask<AlertSilence> SilenceAsync(string model, DateTimeOffset until, string? reason = null, CancellationToken cancellationToken = default) =>
        _alerts.SilenceAsync(model, until, reason, cancellationToken);

    // A version's baseline never changes, and learning from it costs more than judging a window.
    private async ValueTask<PreparedBaseline?> PrepareAsync(ModelVersion version, CancellationToken cancellationToken)
    {
        var key = (version.Model, version.Number, version.Digest);
        if (_prepared.TryGetValue(key, out var known)) return known;
        var prepared = await registry.ReadBaselineAsync(version, cancellationToken).ConfigureAwait(false) is { } baseline ? new PreparedBaseline(baseline) : null;
        if (_prepared.Count >= MostPrepared) _prepared.Clear();
        return _prepared[key] = prepared;
    }

    private async ValueTask<MonitorReport> WithRecordAsync(MonitorReport report, PredictionTask task, MonitorOptions options, CancellationToken cancellationToken)
    {
        if (report.Estimate is not { } estimate) return report;
        var metric = Quality.Judged(task);
        var earlier = ReportsAsync(report.Model, cancellationToken).Where(r => r.Number == report.Number && r.To <= report.From);
        estimate = await EstimateHistory.WithRecordAsync(estimate, metric, earlier, r => EstimateHistory.RealisedAsync(log, r, task, cancellationToken)).ConfigureAwait(false);
        return report with { Estimate = estimate, EstimateFell = EstimateHistory.Fell(estimate, metric, report.BaselineQuality, options.QualityTolerance) };
    }

    /// <summary>Report, event, lineage and alerts in one commit.</summary>
    private async ValueTask KeepAsync(MonitorReport report, ModelVersion? version, MonitorOptions options, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (alerts, told) = await _alerts.NextAsync(report, version, options, cancellationToken).ConfigureAwait(false);
            var reported = Outbox.Of(
                records, ModelEventType.ReportCreated, report.Model, new EntityRef(EntityRef.ReportKind, report.Id),
                ("number", Outbox.Text(report.Number)), ("verdict", report.Verdict.ToString()), ("summary", report.Summary));
            List<RecordOperation> operations = [_reports.Put(report, RecordOperation.Absent), reported, .. alerts];
            if (version is not null) operations.Add(LineageEdge.Of(version.ToRef(), new EntityRef(EntityRef.ReportKind, report.Id), "monitored", report.CreatedAt));
            try
            {
                await records.CommitAsync(operations, null, cancellationToken).ConfigureAwait(false);
                _alerts.Tell(told);
                return;
            }
            catch (MLOpsConflictException) when (attempt < MostTries)
            {
                // Somebody else changed an alert meanwhile, with another window or an acknowledgement: look anew.
            }
        }
    }

    private static IDriftTest[] Unique(IEnumerable<IDriftTest> tests)
    {
        var all = tests.ToArray();
        var twice = all.GroupBy(t => t.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1);
        return twice is null ? all : throw new MLOpsInvalidException($"Two drift tests are named '{Name.Shown(twice.Key)}': give yours another name.");
    }
}
