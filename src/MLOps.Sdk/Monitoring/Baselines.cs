using System.Text.Json;
using MLOps.Data;
using MLOps.Models;

namespace MLOps.Monitoring;

/// <summary>Makes baselines at training time, stores them with a model version and reads them back.</summary>
public static class Baselines
{
    /// <summary>
    /// Describes the training rows: the distribution of every column and of the model's answers, and the quality reached.
    /// The same rows in the same order give the same baseline, byte for byte.
    /// </summary>
    /// <remarks>
    /// A number gets up to 32 bins of about equal counts whose edges lie between its values (a value that fills a bin alone gets one of its own; an
    /// integer column of at most 50 distinct values gets a bin for each); a category gets the counts of its 256
    /// most frequent values; the others, and values of more than 250 characters, are counted together. A uniform sample of 5,000 rows is kept.
    /// For a fair quality give rows that the model was not fitted to: on training rows every model looks better than it will be.
    /// </remarks>
    /// <typeparam name="TRow">The row's type.</typeparam>
    /// <param name="schema">The columns.</param>
    /// <param name="rows">At least one row.</param>
    /// <param name="prediction">The model's answer for a row; null leaves the answers out.</param>
    /// <param name="label">The truth of a row; with <paramref name="prediction"/> it gives <see cref="Baseline.Quality"/>. Rows where one of the two is not finite are left out of the quality.</param>
    /// <param name="task">What is predicted; decides the quality metrics.</param>
    /// <param name="options">What else to learn: the null of windows as long as in production, segments, importance; null for nothing more.</param>
    /// <exception cref="MLOpsInvalidException">There are no rows, or an option breaks its rule.</exception>
    public static Baseline Capture<TRow>(
        FeatureSchema<TRow> schema,
        IReadOnlyList<TRow> rows,
        Func<TRow, double>? prediction = null,
        Func<TRow, double>? label = null,
        PredictionTask task = PredictionTask.Regression,
        BaselineOptions<TRow>? options = null)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.Count == 0) throw new MLOpsInvalidException("A baseline needs at least one row.");
        return BaselineCapture.Of(
            ReadColumns(schema, rows),
            prediction is null ? null : [.. rows.Select(prediction)],
            label is null ? null : [.. rows.Select(label)],
            task,
            options?.Time is { } time ? [.. rows.Select(row => time(row).UtcTicks)] : null,
            options is null ? CaptureSettings.None : CaptureSettings.Of(options));
    }

    /// <summary>The same of rows that lie column by column.</summary>
    /// <param name="table">The rows, with answers, labels and times as far as there are any.</param>
    /// <param name="task">What is predicted; decides the quality metrics.</param>
    /// <param name="options">What else to learn; a row is told by its place in the table. Without <see cref="BaselineOptions{TRow}.Time"/> the table's own times count. Null for nothing more.</param>
    /// <exception cref="MLOpsInvalidException">There are no rows, or an option breaks its rule.</exception>
    public static Baseline CaptureTable(FeatureTable table, PredictionTask task = PredictionTask.Regression, BaselineOptions<int>? options = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (options is { Time: null } && !table.Times.IsEmpty) options = options with { Time = row => table.Times.Span[row] };
        var rows = table.Columns.Count > 0 ? table.Columns[0].Rows : table.Predictions.Length;
        return BaselineCapture.Of(
            table.Columns,
            table.Predictions.IsEmpty ? null : table.Predictions.ToArray(),
            table.Labels.IsEmpty ? null : table.Labels.ToArray(),
            task,
            options?.Time is { } time ? [.. Enumerable.Range(0, rows).Select(row => time(row).UtcTicks)] : null,
            options is null ? CaptureSettings.None : CaptureSettings.Of(options));
    }

    /// <summary>Stores a baseline with the version that is about to be registered.</summary>
    public static RegisterOptions WithBaseline(this RegisterOptions options, Baseline baseline)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(baseline);
        var attachments = new Dictionary<string, ReadOnlyMemory<byte>>(options.Attachments)
        {
            [Baseline.AttachmentName] = JsonSerializer.SerializeToUtf8Bytes(baseline, MonitoringJson.Default.Baseline),
        };
        return options with { Attachments = attachments };
    }

    /// <summary>The baseline stored with a version, or null when it has none.</summary>
    /// <exception cref="MLOpsIntegrityException">The stored bytes are damaged.</exception>
    /// <exception cref="MLOpsInvalidException">The attachment is no baseline, or one of a newer format.</exception>
    public static async ValueTask<Baseline?> ReadBaselineAsync(this IModelRegistry registry, ModelVersion version, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(version);
        if (!version.Attachments.Any(a => a.Path == Baseline.AttachmentName)) return null;
        var stream = await registry.OpenAsync(version, Baseline.AttachmentName, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            try
            {
                var baseline = await JsonSerializer.DeserializeAsync(stream, MonitoringJson.Default.Baseline, cancellationToken).ConfigureAwait(false);
                if (baseline is { Format: 1 }) return Complete(baseline);
                throw new MLOpsInvalidException($"The baseline of {version} has format {baseline?.Format ?? 0}; this library reads format 1. Update the library.");
            }
            catch (JsonException e)
            {
                throw new MLOpsInvalidException($"The attachment '{Baseline.AttachmentName}' of {version} is not a baseline: {e.Message}", e);
            }
        }
    }

    // A generated reader leaves a member that another release did not write null, whatever its initialiser says.
    internal static Baseline Complete(Baseline baseline) => baseline with
    {
        Features = [.. (baseline.Features ?? []).Select(Complete)],
        Prediction = baseline.Prediction is { } prediction ? Complete(prediction) : null,
        Quality = baseline.Quality ?? new Dictionary<string, double>(),
        Labels = baseline.Labels ?? [],
        NullTogether = baseline.NullTogether ?? new Dictionary<string, IReadOnlyList<double>>(),
        Calibration = baseline.Calibration ?? [],
        Segments = [.. (baseline.Segments ?? []).Select(s => s with { Quality = s.Quality ?? new Dictionary<string, double>(), Counts = s.Counts ?? new Dictionary<string, IReadOnlyList<long>>() })],
    };

    private static FeatureProfile Complete(FeatureProfile profile) => profile with
    {
        Edges = profile.Edges ?? [],
        Counts = profile.Counts ?? [],
        Categories = profile.Categories ?? [],
        Sample = profile.Sample ?? [],
        NullDistances = profile.NullDistances ?? new Dictionary<string, IReadOnlyList<double>>(),
        NullPValues = profile.NullPValues ?? [],
    };

    private static List<FeatureColumn> ReadColumns<TRow>(FeatureSchema<TRow> schema, IReadOnlyList<TRow> rows)
    {
        var numbers = Enumerable.Range(0, schema.NumberCount).Select(_ => new double[rows.Count]).ToArray();
        var categories = Enumerable.Range(0, schema.CategoryCount).Select(_ => new string?[rows.Count]).ToArray();
        var numberRow = new double[schema.NumberCount];
        var categoryRow = new string?[schema.CategoryCount];
        for (var row = 0; row < rows.Count; row++)
        {
            schema.Read(rows[row], numberRow, categoryRow);
            for (var i = 0; i < numbers.Length; i++) numbers[i][row] = numberRow[i];
            for (var i = 0; i < categories.Length; i++) categories[i][row] = categoryRow[i];
        }

        int number = 0, category = 0;
        return [.. schema.Features.Select(feature => feature.Kind is FeatureKind.Number
            ? new FeatureColumn(feature.Name, feature.Kind, numbers[number++], default)
            : new FeatureColumn(feature.Name, feature.Kind, default, categories[category++]))];
    }
}
