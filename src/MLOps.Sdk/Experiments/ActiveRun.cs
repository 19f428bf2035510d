using System.Runtime.ExceptionServices;
using MLOps.Data;
using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Experiments;

/// <inheritdoc cref="IRun"/>
sealed class ActiveRun(RunRecord record, MetricLog log, ExperimentTracker tracker, RecordWriter writer, ContentStore store, ProcessWatch process, RunLogWriter lines) : IRun
{
    private const string Left = "The run was disposed without CompleteAsync: the work was most likely left by an exception.";

    private readonly SemaphoreSlim _ending = new(1);
    private volatile bool _ended;
    private Task _noted = Task.CompletedTask;

    public string Id => record.Value.Id;

    public string Experiment => record.Value.Experiment;

    public long DroppedPoints => log.Dropped;

    public MetricHandle Metric(string name) => log.Metric(RunRules.RequireName(name, "metric name"));

    public void Log(MetricHandle metric, double value, long step) => log.Add(metric, value, step);

    public ValueTask SetParamAsync(string name, string value, CancellationToken cancellationToken = default) =>
        SetParamsAsync(new Dictionary<string, string>(StringComparer.Ordinal) { [RunRules.RequireName(name, "param name")] = value }, cancellationToken);

    public async ValueTask SetParamsAsync(IReadOnlyDictionary<string, string> values, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        RunRules.RequireValues(values, "param");
        await UpdateAsync(run => RunRules.WithParams(run, values), [], "params", cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask SetTagAsync(string name, string? value, CancellationToken cancellationToken = default)
    {
        RunRules.RequireName(name, "tag name");
        if (value is not null) RunRules.RequireValue(name, value, "tag");
        var change = new Dictionary<string, string?>(StringComparer.Ordinal) { [name] = value };
        await UpdateAsync(run => RunRules.WithTags(run, change), [], $"tag {Name.Shown(name)}", cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<Artifact> AddArtifactAsync(string path, Stream content, CancellationToken cancellationToken = default)
    {
        Name.RequirePath(path, "artifact path");
        ArgumentNullException.ThrowIfNull(content);
        RequireOpen();
        var (digest, length) = await store.PutStreamAsync(content, cancellationToken).ConfigureAwait(false);
        var artifact = new Artifact(path, length, digest);
        await UpdateAsync(
            run =>
            {
                if (run.Artifacts.FirstOrDefault(a => a.Path == path) is { } known)
                {
                    return known.Digest == digest
                        ? run
                        : throw new MLOpsConflictException($"The artifact '{path}' of run {run.Id} is there already with other bytes (hash {known.Digest}, the new ones have {digest}). An artifact is not replaced: choose another path.", [$"runs/{run.Id}"]);
                }

                return run with { Artifacts = [.. run.Artifacts.Append(artifact).OrderBy(a => a.Path, StringComparer.Ordinal)] };
            },
            [Pin.Of(ContentStore.Key(digest), EntityRef.Run(Id))], $"artifact {Name.Shown(path)}", cancellationToken).ConfigureAwait(false);
        return artifact;
    }

    public async ValueTask UseDatasetAsync(DatasetVersion version, string context = RunInputs.Training, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(version);
        Name.Require(context, "dataset context");
        await UpdateAsync(
            run => RunInputs.With(run, [version], context),
            await RunInputs.OperationsAsync(writer.Store, Id, [version], context, record.Value.RequiresCommittedData, writer.Now, cancellationToken).ConfigureAwait(false), $"reads {version.Dataset}@{version.ShortId()}", cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<IRun> StartChildAsync(RunOptions? options = null, CancellationToken cancellationToken = default)
    {
        RequireOpen();
        return tracker.StartAsync(Experiment, options ?? new RunOptions(), Id, cancellationToken);
    }

    /// <summary>Notes on the run where and of what code it is made, as soon as that is known; and begins to watch what the process uses.</summary>
    internal void Watch(Task<(RunEnvironment Environment, Artifact? Changes)>? environment)
    {
        process.Begin((name, value, step) => Log(Metric(name), value, step));
        if (environment is not null && record.Value.Environment is null) _noted = NoteAsync(environment);
    }

    private async Task NoteAsync(Task<(RunEnvironment Environment, Artifact? Changes)> finding)
    {
        try
        {
            var (environment, changes) = await finding.ConfigureAwait(false);
            if (_ended) return;
            await record.UpdateAsync(
                run => run.Environment is null ? RunRules.WithArtifact(run with { Environment = environment }, changes) : run,
                changes is null ? [] : [Pin.Of(ContentStore.Key(changes.Digest), EntityRef.Run(Id))], "environment", CancellationToken.None).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // What a run is made of is worth knowing, but no run fails of it.
        catch (Exception)
#pragma warning restore CA1031
        {
            // Whatever keeps the record from being written meets the owner too, at the next call.
        }
    }

    /// <summary>Sets the run back to Running when it was taken for left under this lease, and nobody resumed it since.</summary>
    internal async ValueTask ReviveAsync(string lease, CancellationToken cancellationToken)
    {
        if (_ended) return;
        await record.UpdateAsync(
            run => run.Status == RunStatus.Killed && run.LeaseName == lease && !_ended ? run with { Status = RunStatus.Running, StatusReason = null, EndedAt = null } : run,
            [], "its process lives", cancellationToken, fresh: true).ConfigureAwait(false);
    }

    public void WriteLine(RunLogLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        if (!_ended) lines.Add(line);
    }

    public async ValueTask FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_ended) return;
        await log.FlushAsync(endsSoon: false, cancellationToken).ConfigureAwait(false);
        await lines.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask CompleteAsync(RunStatus status = RunStatus.Finished, string? reason = null, CancellationToken cancellationToken = default)
    {
        if (status == RunStatus.Running || !Enum.IsDefined(status)) throw new MLOpsInvalidException($"A run cannot be completed as {status}: choose Finished, Failed or Killed.");
        RunRules.RequireReason(reason);
        await _ending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            RequireOpen();
            await _noted.WaitAsync(cancellationToken).ConfigureAwait(false);
            // Most of it while others may still log; then the door is closed for the rest, and opened again if that fails.
            await log.FlushAsync(endsSoon: true, cancellationToken).ConfigureAwait(false);
            await lines.FlushAsync(cancellationToken).ConfigureAwait(false);
            log.Close();
            try
            {
                await EndAsync(status, reason, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                log.Close(false);
                throw;
            }
        }
        finally
        {
            _ending.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_ended) return;
            log.Close();
            await EndAsLeftAsync().ConfigureAwait(false);
        }
        finally
        {
            _ended = true;
            process.Dispose();
            lines.Dispose();
            tracker.Ended(this);
            await log.DisposeAsync().ConfigureAwait(false);
            _ending.Release();
        }
    }

    private async ValueTask EndAsync(RunStatus status, string? reason, CancellationToken cancellationToken)
    {
        process.Dispose();
        await log.EndAsync(run => run with { Status = status, StatusReason = reason, EndedAt = writer.Now, LeaseName = null, Cost = process.Cost() ?? run.Cost }, $"run ends {status}", write: true, cancellationToken).ConfigureAwait(false);
        _ended = true;
        tracker.Ended(this);
        lines.Dispose();
        await log.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask EndAsLeftAsync()
    {
        ExceptionDispatchInfo? failure = null;
        var reason = Left;
        try
        {
            await log.FlushAsync(endsSoon: true, CancellationToken.None).ConfigureAwait(false);
            await lines.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // It is thrown again below; the record is told before.
        catch (Exception error)
#pragma warning restore CA1031
        {
            failure = ExceptionDispatchInfo.Capture(error);
            reason += " Its last metrics could not be written.";
        }

        // A conflict means that another handle goes on writing this run: its status is no longer ours to set.
        if (failure?.SourceException is not MLOpsConflictException)
        {
            try
            {
                await log.EndAsync(run => run with { Status = RunStatus.Failed, StatusReason = reason, EndedAt = writer.Now, LeaseName = null }, "run was left", write: false, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception) when (failure is not null)
            {
                // The first failure says more than its consequence.
            }
        }

        failure?.Throw();
    }

    private async ValueTask UpdateAsync(Func<Run, Run> change, IReadOnlyList<RecordOperation> others, string reason, CancellationToken cancellationToken)
    {
        RequireOpen();
        await record.UpdateAsync(change, others, reason, cancellationToken).ConfigureAwait(false);
    }

    private void RequireOpen()
    {
        if (_ended) throw record.Closed();
    }
}
