using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Experiments;

/// <summary>What a fork takes from the run it continues.</summary>
static class RunForks
{
    /// <summary>The other run's params and tags, with those that the fork has besides or otherwise.</summary>
    public static RunOptions Options(Run source, RunOptions own)
    {
        var (parameters, tags) = (new Dictionary<string, string>(source.Params, StringComparer.Ordinal), new Dictionary<string, string>(source.Tags, StringComparer.Ordinal));
        foreach (var (name, value) in own.Params) parameters[name] = value;
        foreach (var (name, value) in own.Tags) tags[name] = value;
        return own with { Params = parameters, Tags = tags, RequireCommittedData = own.RequireCommittedData || source.RequiresCommittedData };
    }

    /// <summary>That the fork comes of the other run and reads the same datasets; and its own claims on their bytes.</summary>
    public static async ValueTask<List<RecordOperation>> OperationsAsync(IRecordStore store, Run source, string forkId, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var fork = EntityRef.Run(forkId);
        List<RecordOperation> operations = [LineageEdge.Of(EntityRef.Run(source.Id), fork, "forked into", at)];
        operations.AddRange(source.Inputs.Select(i => LineageEdge.Of(EntityRef.Dataset(i.VersionId), fork, i.Context, at)));
        var artifacts = source.Artifacts.Select(a => ContentStore.Key(a.Digest)).ToHashSet(StringComparer.Ordinal);
        foreach (var (_, blob) in await RunPins.OfAsync(store, source.Id, cancellationToken).ConfigureAwait(false))
            if (!artifacts.Contains(blob)) operations.Add(Pin.Of(blob, fork));
        return operations;
    }

    /// <summary>The blocks of the fork's series up to a step, and what they say in short; they must be stored before its record.</summary>
    public static async ValueTask<(List<StreamAppend> Appends, Dictionary<string, MetricSummary> Metrics)> CopyAsync(MetricStreams streams, Run source, string forkId, long step, CancellationToken cancellationToken)
    {
        var appends = new List<StreamAppend>();
        var metrics = new Dictionary<string, MetricSummary>(StringComparer.Ordinal);
        foreach (var name in source.Metrics.Keys)
        {
            var points = await streams.ReadAsync(source.Id, name, new MetricRange { ToStep = step }, cancellationToken).ConfigureAwait(false);
            if (points.Count == 0) continue;
            var series = new MetricSeries(name, null);
            for (var from = 0; from < points.Count; from += MetricBlock.Full)
            {
                var part = points.Logged(from, Math.Min(MetricBlock.Full, points.Count - from));
                appends.Add(new StreamAppend(MetricStreams.Of(forkId, name), series.Next, MetricBlock.Encode(part)));
                series.Fold(part, series.Next + 1);
            }

            metrics[name] = series.Summary();
        }

        return (appends, metrics);
    }
}
