using System.Runtime.CompilerServices;
using MLOps.Storage;

namespace MLOps.Experiments;

/// <summary>Where the points of runs live: one stream a metric, <c>runs/id/metrics/name</c>.</summary>
sealed class MetricStreams(IStreamStore streams)
{
    public GroupedAppends Appends { get; } = new(streams);

    public static string Prefix(string runId) => $"runs/{runId}/metrics/";

    public static string Of(string runId, string metric) => Prefix(runId) + metric;

    /// <summary>The blocks of a series, unpacked.</summary>
    public async IAsyncEnumerable<MetricColumns> BlocksAsync(string runId, string metric, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var stream = Of(runId, metric);
        await foreach (var block in streams.ReadAsync(stream, cancellationToken: cancellationToken).ConfigureAwait(false))
            yield return MetricBlock.Decode(block.Bytes.Span, stream, block.Position);
    }

    /// <summary>A whole series.</summary>
    public async ValueTask<MetricColumns> ReadAsync(string runId, string metric, MetricRange? range, CancellationToken cancellationToken)
    {
        var parts = new List<MetricColumns>();
        await foreach (var block in BlocksAsync(runId, metric, cancellationToken).ConfigureAwait(false)) parts.Add(MetricRanges.Within(block, range));
        var all = MetricColumns.Joined(parts);
        return range?.Points is { } most ? MetricSample.Of(all, most, range.Sampling) : all;
    }

    /// <summary>Removes all points of a run.</summary>
    /// <returns>Whether there were any.</returns>
    public async ValueTask<bool> DropAsync(string runId, CancellationToken cancellationToken)
    {
        var full = new List<StreamInfo>();
        await foreach (var info in streams.ListAsync($"runs/{runId}/", cancellationToken).ConfigureAwait(false))
            if (info.First < info.Next) full.Add(info);
        foreach (var info in full) await streams.TruncateAsync(info.Name, info.Next, cancellationToken).ConfigureAwait(false);
        return full.Count > 0;
    }

    /// <summary>
    /// A run's summaries with what its streams hold beyond them: a crash, or a flush of this very moment, may have come
    /// between the points and the record. Gives the same run when nothing was missing.
    /// </summary>
    public async ValueTask<Run> RepairedAsync(Run run, CancellationToken cancellationToken)
    {
        Dictionary<string, MetricSummary>? repaired = null;
        var prefix = Prefix(run.Id);
        await foreach (var info in streams.ListAsync(prefix, cancellationToken).ConfigureAwait(false))
        {
            var metric = info.Name[prefix.Length..];
            var known = run.Metrics.GetValueOrDefault(metric);
            if (known is not null && known.Position >= info.Next) continue;
            var series = new MetricSeries(metric, known);
            await foreach (var block in streams.ReadAsync(info.Name, series.Next, cancellationToken).ConfigureAwait(false))
                series.Fold(MetricBlock.Decode(block.Bytes.Span, info.Name, block.Position), block.Position + 1);
            repaired ??= new Dictionary<string, MetricSummary>(run.Metrics, StringComparer.Ordinal);
            repaired[metric] = series.Summary();
        }

        return repaired is null ? run : run with { Metrics = repaired };
    }
}
