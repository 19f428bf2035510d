using System.Globalization;
using System.Runtime.CompilerServices;
using MLOps.Models;
using MLOps.Predictions;
using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Monitoring;

/// <summary>The monitor over the prediction log, the registry and the records.</summary>
internal sealed class ModelMonitor(RecordWriter records, IModelRegistry registry, PredictionLog log, IEnumerable<IDriftTest> tests) : IModelMonitor
{
    private readonly IReadOnlyList<IDriftTest> _tests = Unique(tests);
    private readonly RecordCollection<MonitorReport> _reports = MonitorReports.Of(records.Store);

    public ValueTask LabelAsync(IReadOnlyList<PredictionLabel> labels, CancellationToken cancellationToken = default) => log.AddLabelsAsync(labels, cancellationToken);

    public ValueTask<LoggedPrediction> FindAsync(PredictionId id, CancellationToken cancellationToken = default) => log.FindAsync(id, cancellationToken);

    public async ValueTask<MonitorReport> EvaluateAsync(
        string model, MonitorWindow window, MonitorOptions? options = null, CancellationToken cancellationToken = default)
    {
        options = Require(options ?? new());
        Name.Require(model, "model name");
        if (window.To <= window.From)
            throw new MLOpsInvalidException($"The window ends at {window.To:O}, not after its beginning at {window.From:O}.");
        // An unknown model must be told apart from one without predictions.
        await registry.ResolveAsync(model, cancellationToken).ConfigureAwait(false);

        var live = await WindowReader.ReadAsync(log, model, window, options.Version, cancellationToken).ConfigureAwait(false);
        var version = live.Number == 0
            ? null
            : await registry.ResolveAsync(string.Create(CultureInfo.InvariantCulture, $"{model}/{live.Number}"), cancellationToken).ConfigureAwait(false);
        var baseline = version is null ? null : await registry.ReadBaselineAsync(version, cancellationToken).ConfigureAwait(false);
        var judgement = WindowJudgement.Of(live, baseline, version?.Metrics ?? new Dictionary<string, double>(), _tests, options);

        var now = records.Now;
        var report = new MonitorReport
        {
            Id = Guid.CreateVersion7(now).ToString("N"),
            Model = model,
            Number = live.Number,
            From = window.From,
            To = window.To,
            Rows = live.Rows,
            OtherRows = live.OtherRows,
            LabelledRows = live.LabelledRows,
            Verdict = judgement.Verdict,
            Summary = ReportSummary.Of($"{model}/{live.Number}", live, baseline is not null, judgement, options),
            Features = judgement.Columns,
            Quality = judgement.Quality,
            BaselineQuality = judgement.BaselineQuality,
            CreatedAt = now,
        };
        var reported = Outbox.Of(
            records, ModelEventType.ReportCreated, model, new EntityRef(EntityRef.ReportKind, report.Id),
            ("number", Outbox.Text(report.Number)), ("verdict", report.Verdict.ToString()), ("summary", report.Summary));
        List<RecordOperation> operations = [_reports.Put(report, RecordOperation.Absent), reported];
        if (version is not null) operations.Add(LineageEdge.Of(version.ToRef(), new EntityRef(EntityRef.ReportKind, report.Id), "monitored", now));
        await records.CommitAsync(operations, null, cancellationToken).ConfigureAwait(false);
        return report;
    }

    public async IAsyncEnumerable<MonitorReport> ReportsAsync(string model, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var reports = _reports.QueryAsync(Filter.Equal("model", model), "created", descending: true, cancellationToken: cancellationToken);
        await foreach (var report in reports.ConfigureAwait(false)) yield return report.Value;
    }

    private static MonitorOptions Require(MonitorOptions options)
    {
        if (!(options.FalseDiscoveryRate is > 0 and < 1)) throw Broken(nameof(options.FalseDiscoveryRate), options.FalseDiscoveryRate, "must lie between 0 and 1");
        if (options.MinimumRows < 2) throw Broken(nameof(options.MinimumRows), options.MinimumRows, "must be at least 2");
        if (options.MinimumLabels < 2) throw Broken(nameof(options.MinimumLabels), options.MinimumLabels, "must be at least 2");
        if (!(options.QualityTolerance >= 0)) throw Broken(nameof(options.QualityTolerance), options.QualityTolerance, "must be at least 0");
        if (options.Version < 1) throw Broken(nameof(options.Version), options.Version.Value, "must be at least 1");
        if (!(options.DriftShare is >= 0 and <= 1)) throw Broken(nameof(options.DriftShare), options.DriftShare, "must lie between 0 and 1");
        return options;
    }

    private static MLOpsInvalidException Broken(string option, double value, string rule) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{nameof(MonitorOptions)}.{option} is {value}: it {rule}."));

    private static IDriftTest[] Unique(IEnumerable<IDriftTest> tests)
    {
        var all = tests.ToArray();
        var twice = all.GroupBy(t => t.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1);
        return twice is null ? all : throw new MLOpsInvalidException($"Two drift tests are named '{Name.Shown(twice.Key)}': give yours another name.");
    }
}
