using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Experiments;

/// <inheritdoc cref="IExperimentTracker"/>
sealed partial class ExperimentTracker(RecordWriter writer, IStreamStore streamStore, ContentStore content, MetricLogOptions options, ILogger<ExperimentTracker> logger)
    : IExperimentTracker, IAsyncDisposable, IDisposable
{
    private readonly RunRecords _records = new(writer.Store);
    private readonly MetricStreams _streams = new(streamStore);
    private readonly ConcurrentDictionary<ActiveRun, byte> _open = new(ReferenceEqualityComparer.Instance);

    public async ValueTask<Experiment> GetOrCreateAsync(string name, CancellationToken cancellationToken = default)
    {
        RequireExperiment(name);
        while (true)
        {
            if (await _records.Experiments.GetAsync(name, cancellationToken).ConfigureAwait(false) is { } known) return known.Value;
            var experiment = new Experiment { Name = name, CreatedAt = writer.Now };
            try
            {
                await writer.CommitAsync([_records.Experiments.Put(experiment, RecordOperation.Absent)], "new experiment", cancellationToken).ConfigureAwait(false);
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
        var stored = await _records.RunAsync(runId, cancellationToken).ConfigureAwait(false);
        return await OpenAgainAsync(stored, null, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<Run> GetRunAsync(string runId, CancellationToken cancellationToken = default) =>
        await _streams.RepairedAsync((await _records.RunAsync(runId, cancellationToken).ConfigureAwait(false)).Value, cancellationToken).ConfigureAwait(false);

    public async IAsyncEnumerable<Run> QueryRunsAsync(RunQuery? query = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        query ??= new RunQuery();
        RunFields.Require(query.Filter);
        if (query.OrderBy is not null) RunFields.Require(query.OrderBy);
        if (query.Limit < 0) throw new MLOpsInvalidException($"The limit of a run query is at least 0, this one is {query.Limit}.");
        var filters = new List<Filter>();
        if (query.Experiment is not null) filters.Add(Filter.Equal(RunFields.Experiment, query.Experiment));
        if (query.Status is { } status) filters.Add(Filter.Equal(RunFields.Status, status.ToString()));
        if (query.ParentId is not null) filters.Add(Filter.Equal(RunFields.Parent, query.ParentId));
        if (query.Filter is not null) filters.Add(query.Filter);

        var left = query.Limit ?? long.MaxValue;
        if (left == 0) yield break;
        var found = _records.Runs.QueryAsync(filters.Count == 0 ? null : Filter.And(filters), query.OrderBy ?? RunFields.Started, query.Descending, (int)Math.Min(left, 200), cancellationToken);
        await foreach (var run in found.ConfigureAwait(false))
        {
            // A run that is being written, or was left by a crash, may have points that its record does not tell of yet.
            yield return run.Value.Status == RunStatus.Running ? await _streams.RepairedAsync(run.Value, cancellationToken).ConfigureAwait(false) : run.Value;
            if (--left == 0) yield break;
        }
    }

    public async IAsyncEnumerable<MetricPoint> ReadMetricAsync(string runId, string metric, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        RunRules.RequireName(metric, "metric name");
        await _records.RunAsync(runId, cancellationToken).ConfigureAwait(false);
        await foreach (var point in _streams.ReadAsync(runId, metric, cancellationToken).ConfigureAwait(false)) yield return point;
    }

    public async ValueTask<Stream> OpenArtifactAsync(string runId, string path, CancellationToken cancellationToken = default)
    {
        Name.RequirePath(path, "artifact path");
        var run = (await _records.RunAsync(runId, cancellationToken).ConfigureAwait(false)).Value;
        var artifact = run.Artifacts.FirstOrDefault(a => a.Path == path)
            ?? throw new MLOpsNotFoundException($"Run {runId} has no artifact '{path}'. {(run.Artifacts.Count == 0 ? "It has none." : $"It has {string.Join(", ", run.Artifacts.Take(10).Select(a => $"'{a.Path}'"))}{(run.Artifacts.Count > 10 ? $" and {run.Artifacts.Count - 10} more" : "")}.")}");
        return await content.OpenNamedAsync(artifact.Digest, $"the artifact '{path}' of run {runId}", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Starts a run, perhaps beneath another.</summary>
    internal async ValueTask<IRun> StartAsync(string experiment, RunOptions start, string? parentId, CancellationToken cancellationToken)
    {
        RequireExperiment(experiment);
        RunRules.RequireValues(start.Params, "param");
        RunRules.RequireValues(start.Tags, "tag");
        if (start.Name is not null) Name.RequirePath(start.Name, "run name");
        var now = writer.Now;
        var id = start.Id is null ? Guid.CreateVersion7(now).ToString("N") : RunRules.RequireId(start.Id);
        var run = new Run
        {
            Id = id,
            Experiment = experiment,
            Name = start.Name ?? $"run-{id[^8..]}",
            Status = RunStatus.Running,
            ParentId = parentId,
            Actor = writer.Actor,
            StartedAt = now,
            Params = new Dictionary<string, string>(start.Params, StringComparer.Ordinal),
            Tags = new Dictionary<string, string>(start.Tags, StringComparer.Ordinal),
        };
        run = RunInputs.With(run, start.Datasets, RunInputs.Training);
        while (true)
        {
            var put = _records.Runs.Put(run, RecordOperation.Absent);
            List<RecordOperation> operations = [put, .. await RunInputs.OperationsAsync(writer.Store, id, start.Datasets, RunInputs.Training, now, cancellationToken).ConfigureAwait(false)];
            if (await _records.Experiments.GetAsync(experiment, cancellationToken).ConfigureAwait(false) is null)
                operations.Add(_records.Experiments.Put(new Experiment { Name = experiment, CreatedAt = now }, RecordOperation.Absent));
            try
            {
                var done = await writer.CommitAsync(operations, $"run '{run.Name}' starts", cancellationToken).ConfigureAwait(false);
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
                LogNotFlushed(logger, run.Id, error);
            }
        }
    }

    // For providers that are disposed the old way.
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private async ValueTask<IRun> OpenAgainAsync(Stored<Run> stored, RunOptions? start, CancellationToken cancellationToken)
    {
        var repaired = await _streams.RepairedAsync(stored.Value, cancellationToken).ConfigureAwait(false);
        var record = new RunRecord(_records, writer, stored);
        var others = start is null ? [] : await RunInputs.OperationsAsync(writer.Store, stored.Value.Id, start.Datasets, RunInputs.Training, writer.Now, cancellationToken).ConfigureAwait(false);
        await record.UpdateAsync(
            run =>
            {
                var next = run with { Status = RunStatus.Running, StatusReason = null, EndedAt = null, Metrics = Newest(run.Metrics, repaired.Metrics) };
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

    private ActiveRun Open(Stored<Run> stored) => Open(new RunRecord(_records, writer, stored));

    private ActiveRun Open(RunRecord record)
    {
        var run = new ActiveRun(record, new MetricLog(record, _streams, options, writer.Time, logger), this, writer, content);
        _open.TryAdd(run, 0);
        return run;
    }

    private void RequireExperiment(string name) => _records.Experiments.Key(Name.Require(name, "experiment name")).Require();

    [LoggerMessage(Level = LogLevel.Error, Message = "The store was closed before all metrics of run {Run} could be written; those that were not are lost.")]
    private static partial void LogNotFlushed(ILogger logger, string run, Exception error);
}
