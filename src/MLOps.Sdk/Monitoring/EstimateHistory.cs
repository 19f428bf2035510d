using MLOps.Predictions;

namespace MLOps.Monitoring;

/// <summary>How earlier estimates turned out, by the labels that are there now.</summary>
internal static class EstimateHistory
{
    private const int Most = 8;
    private const double Mature = 0.9;

    /// <summary>The estimate with its track record, and whether it may be trusted.</summary>
    /// <param name="estimate">The estimate.</param>
    /// <param name="metric">The metric by which the task's quality is judged.</param>
    /// <param name="earlier">Reports on the version about windows that ended before this one, newest first.</param>
    /// <param name="realised">The quality of a report's window now, with the share of its predictions that have a label.</param>
    public static async ValueTask<QualityEstimate> WithRecordAsync(
        QualityEstimate estimate, string metric, IAsyncEnumerable<MonitorReport> earlier, Func<MonitorReport, ValueTask<(IReadOnlyDictionary<string, double> Quality, double Maturity)>> realised)
    {
        var record = new List<EstimateRecord>();
        var seen = new HashSet<(DateTimeOffset, DateTimeOffset)>();
        await foreach (var report in earlier.ConfigureAwait(false))
        {
            if (record.Count == Most) break;
            if (report.Estimate is not { } then || then.Method != estimate.Method || !then.Metrics.TryGetValue(metric, out var estimated) || !seen.Add((report.From, report.To))) continue;
            var (quality, maturity) = report is { IsProvisional: false, Rows: > 0 } && report.LabelledRows >= Mature * report.Rows
                ? (report.Quality, 1)
                : await realised(report).ConfigureAwait(false);
            if (maturity >= Mature && quality.TryGetValue(metric, out var value))
                record.Add(new(report.From, metric, estimated.Value, value, estimated.Upper - estimated.Lower));
        }

        return estimate with { TrackRecord = record, IsTrusted = record.Count == 0 || record.Count(r => r.IsOff()) * 2 <= record.Count };
    }

    /// <summary>The quality of an earlier window by the labels that are there now.</summary>
    public static async ValueTask<(IReadOnlyDictionary<string, double> Quality, double Maturity)> RealisedAsync(PredictionLog log, MonitorReport report, PredictionTask task, CancellationToken cancellationToken)
    {
        var live = await WindowReader.ReadAsync(log, report.Model, new(report.From, report.To), report.Number, cancellationToken).ConfigureAwait(false);
        return (Quality.Of(task, live.Labels, live.Predictions), live.Rows == 0 ? 0 : live.LabelledRows / (double)live.Rows);
    }

    /// <summary>Whether the estimate may be trusted and lies with its whole interval below what is tolerated.</summary>
    public static bool Fell(QualityEstimate? estimate, string metric, IReadOnlyDictionary<string, double> baseline, double tolerance) =>
        estimate is { IsTrusted: true, TrackRecord.Count: > 0 } && estimate.Metrics.TryGetValue(metric, out var range) && baseline.TryGetValue(metric, out var before) && range.Lower > before * (1 + tolerance);
}
