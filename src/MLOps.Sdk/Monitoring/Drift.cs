using System.Runtime.InteropServices;
using MLOps.Data;

namespace MLOps.Monitoring;

/// <summary>Drift of rows that are at hand, without a store: a file against a file, or against a baseline.</summary>
public static class Drift
{
    /// <summary>Holds rows against a baseline: everything that a monitor says of a window, but nothing is kept.</summary>
    /// <param name="baseline">What the data was.</param>
    /// <param name="current">The rows.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="MLOpsInvalidException">The columns' lengths differ, or an option breaks its rule.</exception>
    public static MonitorReport Compare(Baseline baseline, FeatureTable current, MonitorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        options = MonitorRules.Require(options ?? new());
        var live = Live(current);
        return Report(current, live, baseline, WindowJudgement.Of(live, baseline, new Dictionary<string, double>(), DriftTests.BuiltIn, options), options);
    }

    /// <summary>Holds rows against other rows, with every value of both: no sample stands for the reference.</summary>
    /// <param name="reference">What the data was.</param>
    /// <param name="current">What it is.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="MLOpsInvalidException">The columns' lengths differ, there are no rows, or an option breaks its rule.</exception>
    public static MonitorReport CompareExactly(FeatureTable reference, FeatureTable current, MonitorOptions? options = null)
    {
        options = MonitorRules.Require(options ?? new());
        var was = Live(reference);
        var live = Live(current);
        if (was.Rows == 0) throw new MLOpsInvalidException("The reference has no rows.");
        var sampled = ColumnProfile.SampleRows((int)was.Rows);
        var task = WasBinary(reference) && WasBinary(current) ? PredictionTask.Binary : PredictionTask.Regression;
        var baseline = new Baseline { Rows = was.Rows, Task = task };
        List<FeatureColumn> columns = [.. reference.Columns.Where(c => Match(live.Features, c) is not null)];
        if (!reference.Predictions.IsEmpty && !current.Predictions.IsEmpty) columns.Add(new(ColumnProfile.PredictionName, FeatureKind.Number, reference.Predictions, default));
        var judged = new JudgedColumn[columns.Count];
        // Column by column, so that the sorted copies of two columns at a time are all that is needed beside the data.
        Parallel.For(0, judged.Length, new() { MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            var profile = ColumnProfile.Of(columns[i], sampled);
            var column = i < columns.Count - (columns[^1].Name == ColumnProfile.PredictionName ? 1 : 0) ? Match(live.Features, columns[i])! : new(ColumnProfile.PredictionName, FeatureKind.Number, current.Predictions, default);
            var sample = new ColumnShape(profile).Sample(column);
            var whole = profile.Kind is FeatureKind.Number ? profile with { Sample = Array(columns[i].Numbers) } : profile;
            judged[i] = new(profile, sample with { Numbers = default }, DriftDecision.Compare(whole, sample, DriftTests.BuiltIn), DriftDecision.Describe(whole, sample));
        });
        var hasAnswers = columns.Count > 0 && columns[^1].Name == ColumnProfile.PredictionName && !reference.Predictions.IsEmpty;
        baseline = baseline with
        {
            Features = [.. judged.Take(judged.Length - (hasAnswers ? 1 : 0)).Select(j => j.Profile)],
            Prediction = hasAnswers ? judged[^1].Profile : null,
            Quality = reference.Labels.IsEmpty || reference.Predictions.IsEmpty ? new Dictionary<string, double>() : Quality.Of(task, reference.Labels.Span, reference.Predictions.Span),
        };
        return Report(current, live, baseline, WindowJudgement.OfColumns(live, baseline, new Dictionary<string, double>(), judged, options), options);
    }

    private static MonitorReport Report(FeatureTable current, LiveWindow live, Baseline baseline, WindowJudgement judgement, MonitorOptions options)
    {
        var times = current.Times.IsEmpty ? [default(DateTimeOffset)] : current.Times.ToArray();
        var to = times.Max();
        var report = WindowReport.Of(Guid.CreateVersion7().ToString("N"), current.Name, new(times.Min(), to), live, new PreparedBaseline(baseline), judgement, options, to);
        return judgement.Unlogged.Count == 0 ? report : report with { Gaps = [$"Not in the rows, so not compared: {string.Join(", ", judgement.Unlogged.Select(Name.Shown))}."] };
    }

    private static LiveWindow Live(FeatureTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var rows = table.Columns.Count > 0 ? table.Columns[0].Rows : table.Predictions.Length;
        foreach (var column in table.Columns)
            if (column.Rows != rows) throw new MLOpsInvalidException($"The column '{Name.Shown(column.Name)}' has {column.Rows} rows, and the first one has {rows}.");
        foreach (var (what, length) in new[] { ("predictions", table.Predictions.Length), ("labels", table.Labels.Length), ("times", table.Times.Length) })
            if (length != 0 && length != rows) throw new MLOpsInvalidException($"There are {length} {what} for {rows} rows.");
        return new(0, 0, table.Columns, table.Predictions.IsEmpty ? Unknown(rows) : Array(table.Predictions), table.Labels.IsEmpty ? Unknown(rows) : Array(table.Labels))
        {
            Times = [.. table.Times.ToArray().Select(t => t.UtcTicks)],
        };
    }

    private static double[] Unknown(int rows)
    {
        var values = new double[rows];
        values.AsSpan().Fill(double.NaN);
        return values;
    }

    private static bool WasBinary(FeatureTable table)
    {
        if (table.Labels.IsEmpty) return true;
        foreach (var label in table.Labels.Span)
            if (label is not (0 or 1 or double.NaN)) return false;
        foreach (var answer in table.Predictions.Span)
            if (answer is < 0 or > 1) return false;
        return true;
    }

    private static FeatureColumn? Match(IReadOnlyList<FeatureColumn> columns, FeatureColumn wanted) => columns.FirstOrDefault(c => c.Name == wanted.Name && c.Kind == wanted.Kind);

    // The values themselves where they are an array of their own, so that half a million rows are not copied.
    private static double[] Array(ReadOnlyMemory<double> values) =>
        MemoryMarshal.TryGetArray(values, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length ? segment.Array : values.ToArray();
}
