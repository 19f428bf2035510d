using System.Runtime.CompilerServices;
using MLOps.Storage;

namespace MLOps.Experiments;

/// <summary>Where the points of runs live: one stream a metric, <c>runs/id/metrics/name</c>.</summary>
sealed class MetricStreams(IStreamStore streams)
{
    public GroupedAppends Appends { get; } = new(streams);

    public SeriesCompaction Compaction { get; } = new(streams);

    public static string Prefix(string runId) => $"runs/{runId}/metrics/";

    public static string Of(string runId, string metric) => Prefix(runId) + metric;

    /// <summary>The points of a series in their order, some at a time, each of them once: also while the series is written anew.</summary>
    public async IAsyncEnumerable<MetricColumns> BlocksAsync(string runId, string metric, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var stream = Of(runId, metric);
        long next = 0, given = 0, again = 0;
        for (var blocks = 0; ; blocks = 0)
        {
            await foreach (var block in streams.ReadAsync(stream, next, cancellationToken).ConfigureAwait(false))
            {
                var points = MetricBlock.Decode(block.Bytes.Span, stream, block.Position);
                (next, blocks) = (block.Position + 1, blocks + 1);
                // All that was given comes again, in its order.
                if (MetricBlock.IsAnew(block.Bytes.Span)) again = given;
                if (again > 0)
                {
                    var known = (int)Math.Min(again, points.Count);
                    (again, points) = (again - known, points.After(known));
                }

                given += points.Count;
                if (points.Count > 0) yield return points;
            }

            // Blocks that were read away under the reader's eyes stand at the stream's end now. Few blocks are read at once, or not at all.
            if (blocks is > 0 and < SeriesCompaction.Many) yield break;
            if (await streams.StatAsync(stream, cancellationToken).ConfigureAwait(false) is not { } info || info.First <= next) yield break;
        }
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
            {
                if (MetricBlock.IsAnew(block.Bytes.Span)) series = new MetricSeries(metric, null);
                series.Fold(MetricBlock.Decode(block.Bytes.Span, info.Name, block.Position), block.Position + 1);
            }

            repaired ??= new Dictionary<string, MetricSummary>(run.Metrics, StringComparer.Ordinal);
            repaired[metric] = series.Summary();
        }

        return repaired is null ? run : run with { Metrics = repaired };
    }
}
