using System.Globalization;
using MLOps.Data;
using MLOps.Statistics;

namespace MLOps.Monitoring;

/// <summary>Makes a baseline from columns.</summary>
internal static class BaselineCapture
{
    private const int MostCategories = 20, FewestSegmentRows = 100;

    /// <param name="columns">The columns.</param>
    /// <param name="answers">The model's answers; null without.</param>
    /// <param name="labels">The truths, NaN for unknown; null without.</param>
    /// <param name="task">What is predicted.</param>
    /// <param name="times">Ticks of each row; null without.</param>
    /// <param name="options">What else to learn.</param>
    public static Baseline Of(IReadOnlyList<FeatureColumn> columns, double[]? answers, double[]? labels, PredictionTask task, long[]? times, CaptureSettings options)
    {
        var rows = columns.Count > 0 ? columns[0].Rows : answers?.Length ?? 0;
        if (rows == 0) throw new MLOpsInvalidException("A baseline needs at least one row.");
        if (columns.FirstOrDefault(c => c.Rows != rows) is { } other) throw new MLOpsInvalidException($"The column '{Name.Shown(other.Name)}' has {other.Rows} rows, and the first one has {rows}.");
        if (answers is not null && answers.Length != rows) throw new MLOpsInvalidException($"There are {answers.Length} predictions for {rows} rows.");
        if (labels is not null && labels.Length != rows) throw new MLOpsInvalidException($"There are {labels.Length} labels for {rows} rows.");
        var sampled = ColumnProfile.SampleRows(rows);
        var blocks = options.Window is { } window && times is not null ? NullBlocks.ByTime(times, window)
            : options.WindowRows is { } length ? NullBlocks.ByRows(rows, length)
            : NullBlocks.None;

        var features = new FeatureProfile[columns.Count];
        Parallel.For(0, features.Length, i => features[i] = blocks.Learn(ColumnProfile.Of(columns[i], sampled), columns[i], sampled));
        var prediction = answers is null ? null : new FeatureColumn(ColumnProfile.PredictionName, FeatureKind.Number, answers, default);
        if (Importance(features, answers, sampled, options.Importance) is { } importance)
            for (var i = 0; i < features.Length; i++) features[i] = features[i] with { Importance = importance[i] };
        return new()
        {
            Task = task,
            Rows = rows,
            Features = features,
            Prediction = prediction is null ? null : blocks.Learn(ColumnProfile.Of(prediction, sampled), prediction, sampled),
            Quality = answers is null || labels is null ? new Dictionary<string, double>() : Quality.Of(task, labels, answers),
            Window = options.Window,
            Labels = labels is null ? [] : sampled.Select(row => labels[row]).ToArray(),
            NullTogether = blocks.LearnTogether(features, columns, sampled),
            Calibration = answers is null || labels is null || task is not PredictionTask.Binary ? [] : Calibrated(answers, labels),
            Segments = [.. options.Segments.SelectMany(name => Segments(name, features, columns, answers, labels, task))],
        };
    }

    private static double[]? Importance(FeatureProfile[] features, double[]? answers, int[] sampled, IReadOnlyDictionary<string, double>? given)
    {
        if (given is null) return answers is null ? null : FeatureImportance.Measure(ColumnMatrix.Of(features), [.. sampled.Select(row => answers[row])]);
        if (given.Keys.FirstOrDefault(name => features.All(f => f.Name != name)) is { } unknown)
            throw new MLOpsInvalidException($"The importance of '{Name.Shown(unknown)}' was given, and there is no such column.");
        foreach (var (name, worth) in given)
            if (!(worth >= 0) || double.IsInfinity(worth)) throw new MLOpsInvalidException(string.Create(CultureInfo.InvariantCulture, $"The importance of '{Name.Shown(name)}' is {worth}: it must be finite and at least 0."));
        return FeatureImportance.Shares([.. features.Select(f => given.GetValueOrDefault(f.Name))]);
    }

    private static CalibrationKnot[] Calibrated(double[] answers, double[] labels)
    {
        var rows = Enumerable.Range(0, answers.Length).Where(i => double.IsFinite(answers[i]) && double.IsFinite(labels[i])).ToArray();
        if (rows.Length == 0) return [];
        var isotonic = IsotonicRegression.Fit([.. rows.Select(r => answers[r])], [.. rows.Select(r => labels[r] >= 0.5 ? 1.0 : 0.0)]);
        return [.. isotonic.X.ToArray().Zip(isotonic.Y.ToArray(), (x, y) => new CalibrationKnot(x, y))];
    }

    private static IEnumerable<SegmentProfile> Segments(string name, FeatureProfile[] features, IReadOnlyList<FeatureColumn> columns, double[]? answers, double[]? labels, PredictionTask task)
    {
        if (columns.FirstOrDefault(c => c.Name == name && c.Kind is FeatureKind.Category) is not { } by)
            throw new MLOpsInvalidException($"The segment column '{Name.Shown(name)}' is no category of the schema.");
        var profile = features.First(f => f.Name == name);
        var rowsOf = new List<int>[profile.Categories.Count];
        var shape = new ColumnShape(profile);
        for (var row = 0; row < by.Rows; row++)
        {
            if (by.Categories.Span[row] is not { } category || shape.PlaceOf(category) is var place && place == rowsOf.Length) continue;
            (rowsOf[place] ??= []).Add(row);
        }

        var kept = Enumerable.Range(0, rowsOf.Length).Where(p => rowsOf[p]?.Count >= FewestSegmentRows).OrderByDescending(p => rowsOf[p].Count).ThenBy(p => p).Take(MostCategories).Order();
        foreach (var place in kept)
        {
            int[] rows = [.. rowsOf[place]];
            yield return new(
                name, profile.Categories[place], rows.Length,
                answers is null || labels is null ? new Dictionary<string, double>() : Quality.Of(task, Pick(labels, rows), Pick(answers, rows)),
                features.Zip(columns, (f, c) => (f.Name, Counts: (IReadOnlyList<long>)new ColumnShape(f).Sample(c.Pick(rows)).Counts)).ToDictionary(f => f.Name, f => f.Counts, StringComparer.Ordinal));
        }
    }

    private static double[] Pick(double[] values, int[] rows) => [.. rows.Select(row => values[row])];
}
