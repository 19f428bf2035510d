namespace MLOps.Experiments;

/// <summary>Reads the learning curves of a comparison.</summary>
static class CurveReader
{
    private const int WithoutGoals = 3;

    public static async ValueTask<IReadOnlyList<MetricCurves>> ReadAsync(IExperimentTracker tracker, IReadOnlyList<Run> runs, RunComparisonOptions options, CancellationToken cancellationToken)
    {
        var metrics = Metrics(runs, options);
        var curves = metrics.Select(_ => new RunCurve?[runs.Count]).ToArray();
        var range = new MetricRange { Points = options.CurvePoints };
        await Parallel.ForEachAsync(Enumerable.Range(0, runs.Count), cancellationToken, async (run, token) =>
        {
            for (var m = 0; m < metrics.Count; m++)
            {
                if (!runs[run].Metrics.ContainsKey(metrics[m])) continue;
                var points = await PointsAsync(tracker, runs[run].Id, metrics[m], range, token).ConfigureAwait(false);
                var began = runs[run].StartedAt.ToUnixTimeMilliseconds();
                curves[m][run] = new RunCurve(
                    run, options.Alignment == CurveAlignment.Time ? [.. points.Times.Select(t => (t - began) / 1e3)] : [.. points.Steps.Select(s => (double)s)], points.Values);
            }
        }).ConfigureAwait(false);
        return [.. metrics.Select((metric, m) => new MetricCurves(metric, options.Alignment, [.. curves[m].OfType<RunCurve>()]))];
    }

    private static List<string> Metrics(IReadOnlyList<Run> runs, RunComparisonOptions options)
    {
        if (options.Curves is { } asked) return [.. asked.Distinct(StringComparer.Ordinal)];
        if (options.Goals.Count > 0) return [.. options.Goals.Select(g => g.Metric).Distinct(StringComparer.Ordinal)];
        return [.. runs.SelectMany(r => r.Metrics.Where(m => m.Value.Count > 1 && !m.Key.StartsWith(ProcessWatch.Prefix, StringComparison.Ordinal)).Select(m => m.Key)).GroupBy(m => m, StringComparer.Ordinal)
            .OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).Take(WithoutGoals).Select(g => g.Key)];
    }

    private static async ValueTask<MetricColumns> PointsAsync(IExperimentTracker tracker, string runId, string metric, MetricRange range, CancellationToken cancellationToken)
    {
        // The run is known to be there: our own tracker need not look it up for each of its curves.
        if (tracker is ExperimentTracker own) return await own.SampleAsync(runId, metric, range, cancellationToken).ConfigureAwait(false);
        List<long> steps = [], times = [];
        List<double> values = [];
        await foreach (var point in tracker.ReadMetricAsync(runId, metric, range, cancellationToken).ConfigureAwait(false))
        {
            steps.Add(point.Step);
            times.Add(point.Time.ToUnixTimeMilliseconds());
            values.Add(point.Value);
        }

        return new MetricColumns([.. steps], [.. times], [.. values]);
    }
}
