using System.Runtime.CompilerServices;
using MLOps.Storage;

namespace MLOps.Experiments;

/// <summary>Where the points of runs live: one stream a metric, <c>runs/id/metrics/name</c>.</summary>
sealed class MetricStreams(IStreamStore streams)
{
    public IStreamStore Store => streams;

    public static string Prefix(string runId) => $"runs/{runId}/metrics/";

    public static string Of(string runId, string metric) => Prefix(runId) + metric;

    public async IAsyncEnumerable<MetricPoint> ReadAsync(string runId, string metric, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var stream = Of(runId, metric);
        await foreach (var block in streams.ReadAsync(stream, cancellationToken: cancellationToken).ConfigureAwait(false))
            foreach (var point in MetricBlock.Decode(block.Bytes.Span, stream, block.Position)) yield return point;
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
