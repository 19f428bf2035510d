using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Experiments;

/// <inheritdoc cref="IExperimentTracker"/>
sealed partial class ExperimentTracker : IExperimentTracker, IAsyncDisposable, IDisposable
{
    private readonly RecordWriter _writer;
    private readonly ContentStore _content;
    private readonly TrackingOptions _options;
    private readonly ILogger<ExperimentTracker> _logger;
    private readonly RunRecords _records;
    private readonly MetricStreams _streams;
    private readonly RunLogs _logs;
    private readonly GroupedCommits _commits;
    private readonly RunLease _lease;
    private readonly RunSearch _search;
    private readonly RunUpkeep _upkeep;
    private readonly EnvironmentCapture _environment;
    private readonly ConcurrentDictionary<ActiveRun, byte> _open = new(ReferenceEqualityComparer.Instance);

    public ExperimentTracker(RecordWriter writer, IStreamStore streams, ContentStore content, TrackingOptions options, ILogger<ExperimentTracker> logger)
    {
        (_writer, _content, _options, _logger) = (writer, content, options, logger);
        _records = new RunRecords(writer.Store);
        _streams = new MetricStreams(streams);
        _logs = new RunLogs(streams);
        _commits = new GroupedCommits(writer);
        _lease = new RunLease(new ProcessLeases(writer, options.Leases), _records, _streams, writer, () => (IReadOnlyCollection<ActiveRun>)_open.Keys, logger);
        _search = new RunSearch(writer.Store, _records, _streams, _lease);
        _environment = new EnvironmentCapture(options.Capture, content, logger);
        _upkeep = new RunUpkeep(_records, _streams, _commits, writer, _lease);
    }

    /// <summary>The lease of this tracker's runs.</summary>
    internal RunLease Lease => _lease;

    public async ValueTask<Experiment> GetOrCreateAsync(string name, CancellationToken cancellationToken = default)
    {
        RequireExperiment(name);
        while (true)
        {
            if (await _records.Experiments.GetAsync(name, cancellationToken).ConfigureAwait(false) is { } known) return known.Value;
            var experiment = new Experiment { Name = name, CreatedAt = _writer.Now };
            try
            {
                await _writer.CommitAsync([_records.Experiments.Put(experiment, RecordOperation.Absent)], "new experiment", cancellationToken).ConfigureAwait(false);
                return experiment;
            }
            catch (MLOpsConflictException)
            {
                // Another created it in between: its experiment is the one.
            }
        }
    }

    public async IAsyncEnumerable<Experiment> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var experiment in _records.Experiments.QueryAsync(cancellationToken: cancellationToken).ConfigureAwait(false)) yield return experiment.Value;
    }

    public ValueTask<IRun> StartRunAsync(string experiment, RunOptions? options = null, CancellationToken cancellationToken = default) =>
        StartAsync(experiment, options ?? new RunOptions(), null, cancellationToken);

    public async ValueTask<IRun> ResumeRunAsync(string runId, CancellationToken cancellationToken = default)
    {
        _lease.Enter();
        try
        {
            var stored = await _records.RunAsync(runId, cancellationToken).ConfigureAwait(false);
            return await OpenAgainAsync(stored, null, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _lease.Leave();
        }
    }

    public async ValueTask<IRun> ForkRunAsync(string runId, long step, RunOptions? options = null, CancellationToken cancellationToken = default)
    {
        var source = await GetRunAsync(runId, cancellationToken).ConfigureAwait(false);
        return await StartAsync(source.Experiment, RunForks.Options(source, options ?? new RunOptions()), source.ParentId, cancellationToken, new(source, step)).ConfigureAwait(false);
    }

    public ValueTask<Run> ChangeRunAsync(string runId, RunChange change, CancellationToken cancellationToken = default) => _upkeep.ChangeAsync(runId, change, cancellationToken);

    public ValueTask DeleteRunAsync(string runId, CancellationToken cancellationToken = default) => _upkeep.DeleteAsync(runId, cancellationToken);

    public ValueTask RestoreRunAsync(string runId, CancellationToken cancellationToken = default) => _upkeep.RestoreAsync(runId, cancellationToken);

    public ValueTask PurgeRunAsync(string runId, CancellationToken cancellationToken = default) => _upkeep.PurgeAsync(runId, cancellationToken);

    public ValueTask<Run> HoldRunAsync(string runId, string? reason, CancellationToken cancellationToken = default) => _upkeep.HoldAsync(runId, reason, cancellationToken);

    public async ValueTask<Run> GetRunAsync(string runId, CancellationToken cancellationToken = default)
    {
        var run = await _records.RunAsync(runId, cancellationToken).ConfigureAwait(false);
        if (run.Value.Status == RunStatus.Running && run.Value.LeaseName != _lease.Name)
        {
            await _lease.LookAsync(cancellationToken).ConfigureAwait(false);
            run = await _lease.JudgeAsync(await _records.RunAsync(runId, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }

        return await _streams.RepairedAsync(run.Value, cancellationToken).ConfigureAwait(false);
    }

    public IAsyncEnumerable<Run> QueryRunsAsync(RunQuery? query = null, CancellationToken cancellationToken = default) => _search.QueryAsync(query ?? new RunQuery(), cancellationToken);

    public ValueTask<RunPage> PageRunsAsync(RunQuery query, CancellationToken cancellationToken = default) => _search.PageAsync(query, cancellationToken);

    public async IAsyncEnumerable<MetricPoint> ReadMetricAsync(string runId, string metric, MetricRange? range = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        RunRules.RequireName(metric, "metric name");
        MetricRanges.Require(range);
        await _records.RunAsync(runId, cancellationToken).ConfigureAwait(false);
        if (range?.Points is not null)
        {
            var sample = await _streams.ReadAsync(runId, metric, range, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < sample.Count; i++) yield return sample[i];
            yield break;
        }

        await foreach (var block in _streams.BlocksAsync(runId, metric, cancellationToken).ConfigureAwait(false))
        {
            var points = MetricRanges.Within(block, range);
            for (var i = 0; i < points.Count; i++) yield return points[i];
        }
    }

    public async IAsyncEnumerable<RunLogLine> ReadLogAsync(string runId, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await _records.RunAsync(runId, cancellationToken).ConfigureAwait(false);
        await foreach (var line in _logs.ReadAsync(runId, cancellationToken).ConfigureAwait(false)) yield return line;
    }

    /// <summary>Some points of a run that is known to be there.</summary>
    internal ValueTask<MetricColumns> SampleAsync(string runId, string metric, MetricRange range, CancellationToken cancellationToken) => _streams.ReadAsync(runId, metric, range, cancellationToken);

    public async ValueTask<Stream> OpenArtifactAsync(string runId, string path, CancellationToken cancellationToken = default)
    {
        Name.RequirePath(path, "artifact path");
        var run = (await _records.RunAsync(runId, cancellationToken).ConfigureAwait(false)).Value;
        var artifact = run.Artifacts.FirstOrDefault(a => a.Path == path)
            ?? throw new MLOpsNotFoundException($"Run {runId} has no artifact '{path}'. {(run.Artifacts.Count == 0 ? "It has none." : $"It has {string.Join(", ", run.Artifacts.Take(10).Select(a => $"'{a.Path}'"))}{(run.Artifacts.Count > 10 ? $" and {run.Artifacts.Count - 10} more" : "")}.")}");
        return await _content.OpenNamedAsync(artifact.Digest, $"the artifact '{path}' of run {runId}", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Starts a run, perhaps beneath another.</summary>
    internal async ValueTask<IRun> StartAsync(string experiment, RunOptions start, string? parentId, CancellationToken cancellationToken, ForkPoint? fork = null)
    {
        _lease.Enter();
        try
        {
            return await StartUnderLeaseAsync(experiment, start, parentId, fork, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _lease.Leave();
        }
    }

    private async ValueTask<IRun> StartUnderLeaseAsync(string experiment, RunOptions start, string? parentId, ForkPoint? fork, CancellationToken cancellationToken)
    {
        RequireExperiment(experiment);
        RunRules.RequireValues(start.Params, "param");
        RunRules.RequireValues(start.Tags, "tag");
        if (start.Name is not null) Name.RequirePath(start.Name, "run name");
        RunInputs.RequireSome(start, fork?.Source);
        var now = _writer.Now;
        var id = start.Id is null ? Guid.CreateVersion7(now).ToString("N") : RunRules.RequireId(start.Id);
        var run = new Run
        {
            Id = id,
            Experiment = experiment,
            Name = start.Name ?? $"run-{id[^8..]}",
            Status = RunStatus.Running,
            ParentId = parentId,
            Actor = _writer.Actor,
            StartedAt = now,
            LeaseName = _lease.Name,
            Params = new Dictionary<string, string>(start.Params, StringComparer.Ordinal),
            Tags = new Dictionary<string, string>(start.Tags, StringComparer.Ordinal),
            RequiresCommittedData = start.RequireCommittedData,
        };
        run = RunInputs.With(run, start.Datasets, RunInputs.Training);
        List<RecordOperation> inherited = [];
        if (_environment.Known is var (environment, changes))
        {
            run = RunRules.WithArtifact(run with { Environment = environment }, changes);
            if (changes is not null) inherited.Add(Pin.Of(ContentStore.Key(changes.Digest), EntityRef.Run(id)));
        }

        if (fork is { Source: var source, Step: var step } && await _records.Runs.GetAsync(id, cancellationToken).ConfigureAwait(false) is null)
        {
            // Its points first: a crash before the record leaves streams that no run names.
            var (appends, metrics) = await RunForks.CopyAsync(_streams, source, id, step, cancellationToken).ConfigureAwait(false);
            foreach (var part in appends.Chunk(1_000)) await _streams.Appends.AppendAsync(part, cancellationToken).ConfigureAwait(false);
            run = run with { ForkedFrom = new RunOrigin(source.Id, step), Metrics = metrics, Inputs = [.. source.Inputs.Union(run.Inputs)] };
            inherited.AddRange(await RunForks.OperationsAsync(_writer.Store, source, id, now, cancellationToken).ConfigureAwait(false));
        }

        while (true)
        {
            var put = _records.Runs.Put(run, RecordOperation.Absent);
            var inputs = await RunInputs.OperationsAsync(_writer.Store, id, start.Datasets, RunInputs.Training, start.RequireCommittedData, now, cancellationToken).ConfigureAwait(false);
            List<RecordOperation> operations = [put, .. inherited.Concat(inputs).DistinctBy(o => o.Key)];
            if (await _records.Experiments.GetAsync(experiment, cancellationToken).ConfigureAwait(false) is null)
                operations.Add(_records.Experiments.Put(new Experiment { Name = experiment, CreatedAt = now }, RecordOperation.Absent));
            try
            {
                var done = await _lease.StartAsync(operations, all => _commits.CommitAsync(all, $"run '{run.Name}' starts", cancellationToken), cancellationToken).ConfigureAwait(false);
                return Open(new Stored<Run>(run, done.Versions[0], put.Json));
            }
            catch (MLOpsConflictException)
            {
                // The id was used before: the same start again. Or another created the experiment in between: then this ends the next time round.
                if (await _records.Runs.GetAsync(id, cancellationToken).ConfigureAwait(false) is not { } known) continue;
                if (known.Value.Experiment != experiment)
                    throw new MLOpsConflictException($"The run {id} exists in experiment '{known.Value.Experiment}' and cannot be started in '{experiment}'. Use another id.", [$"runs/{id}"]);
                return await OpenAgainAsync(known, start, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    internal void Ended(ActiveRun run) => _open.TryRemove(run, out _);

    /// <summary>Makes what open runs logged durable. They stay as they are: whoever holds them ends them. Never throws: a container that is disposed must go on to close the rest.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var run in _open.Keys)
        {
            try
            {
                await run.FlushAsync().ConfigureAwait(false);
            }
#pragma warning disable CA1031 // One run that cannot be written must not cost the others theirs.
            catch (Exception error)
#pragma warning restore CA1031
            {
                LogNotFlushed(_logger, run.Id, error);
            }
        }

        await _lease.DisposeAsync().ConfigureAwait(false);
    }

    // For providers that are disposed the old way.
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private async ValueTask<IRun> OpenAgainAsync(Stored<Run> stored, RunOptions? start, CancellationToken cancellationToken)
    {
        if (stored.Value.DeletedAt is not null) throw new MLOpsRejectedException($"The run {stored.Value.Id} is deleted and cannot go on. Restore it first.");
        await _lease.HoldAsync(cancellationToken).ConfigureAwait(false);
        var repaired = await _streams.RepairedAsync(stored.Value, cancellationToken).ConfigureAwait(false);
        var record = new RunRecord(_records, _commits, stored);
        var others = start is null ? [] : await RunInputs.OperationsAsync(_writer.Store, stored.Value.Id, start.Datasets, RunInputs.Training, stored.Value.RequiresCommittedData || start.RequireCommittedData, _writer.Now, cancellationToken).ConfigureAwait(false);
        await record.UpdateAsync(
            run =>
            {
                var next = run with { Status = RunStatus.Running, StatusReason = null, EndedAt = null, LeaseName = _lease.Name, Metrics = Newest(run.Metrics, repaired.Metrics) };
                if (start is null) return next;
                next = RunInputs.With(RunRules.WithParams(next, start.Params), start.Datasets, RunInputs.Training);
                var tags = new Dictionary<string, string>(next.Tags, StringComparer.Ordinal);
                foreach (var (name, value) in start.Tags) tags[name] = value;
                return next with { Tags = tags };
            },
            others, "run goes on", cancellationToken).ConfigureAwait(false);
        return Open(record);
    }

    private static Dictionary<string, MetricSummary> Newest(IReadOnlyDictionary<string, MetricSummary> left, IReadOnlyDictionary<string, MetricSummary> right)
    {
        var newest = new Dictionary<string, MetricSummary>(left, StringComparer.Ordinal);
        foreach (var (name, summary) in right)
            if (!newest.TryGetValue(name, out var known) || known.Position < summary.Position) newest[name] = summary;
        return newest;
    }

    private ActiveRun Open(Stored<Run> stored) => Open(new RunRecord(_records, _commits, stored));

    private ActiveRun Open(RunRecord record)
    {
        var run = new ActiveRun(record, new MetricLog(record, _streams, _options.Metrics, _writer.Time, _logger), this, _writer, _content, new ProcessWatch(_options.Capture, _writer.Time), new RunLogWriter(record.Value.Id, _logs, _writer.Time, _logger));
        _open.TryAdd(run, 0);
        run.Watch(_environment.Begin());
        return run;
    }

    private void RequireExperiment(string name) => _records.Experiments.Key(Name.Require(name, "experiment name")).Require();

    [LoggerMessage(Level = LogLevel.Error, Message = "The store was closed before all metrics of run {Run} could be written; those that were not are lost.")]
    private static partial void LogNotFlushed(ILogger logger, string run, Exception error);
}
