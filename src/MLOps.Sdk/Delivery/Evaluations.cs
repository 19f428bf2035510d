using System.Text.Json;
using MLOps.Models;

namespace MLOps.Delivery;

/// <summary>Makes evaluations, stores them with a model version and reads them back.</summary>
public static class Evaluations
{
    private const int MostSlices = 20;

    /// <summary>Evaluates a model's answers on labelled rows that it was not fitted to, as a whole and per slice.</summary>
    /// <remarks>Intervals are percentiles of the metric over rows drawn anew in blocks (Efron and Tibshirani 1993, Künsch 1989), as a metric gate decides. The same rows give the same evaluation, byte for byte.</remarks>
    /// <typeparam name="TRow">A labelled row.</typeparam>
    /// <param name="rows">At least <see cref="EvaluationOptions{TRow}.MinimumRows"/>.</param>
    /// <param name="label">The truth of a row: finite; 0 or 1 for the metrics of a class.</param>
    /// <param name="answer">The model's answer: finite; the probability of class 1 for the metrics of a class.</param>
    /// <param name="options">Metrics and slices; null for the defaults.</param>
    /// <exception cref="MLOpsInvalidException">There are too few rows, a number is not finite, or an option is out of range.</exception>
    public static Evaluation Capture<TRow>(IReadOnlyList<TRow> rows, Func<TRow, double> label, Func<TRow, double> answer, EvaluationOptions<TRow>? options = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(label);
        ArgumentNullException.ThrowIfNull(answer);
        options ??= new();
        double[] labels = [.. rows.Select(label)], answers = [.. rows.Select(answer)];
        if (options.Metrics.Count == 0) throw new MLOpsInvalidException("An evaluation needs at least one metric.");
        foreach (var metric in options.Metrics) MetricGateRules.Require(Bounds(options, metric), labels);
        if (Array.FindIndex(answers, a => !double.IsFinite(a)) is >= 0 and var broken) throw new MLOpsInvalidException($"The answer to row {broken} is not finite: a model that gives no number cannot be evaluated.");
        if (rows.Count < options.MinimumRows) throw new MLOpsInvalidException($"There are {rows.Count} rows, and {options.MinimumRows} are needed.");

        var metrics = new List<SliceMetric>();
        Add("", [.. Enumerable.Range(0, rows.Count)]);
        foreach (var (column, value) in options.Slices.OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            var slices = Enumerable.Range(0, rows.Count).GroupBy(i => value(rows[i]), StringComparer.Ordinal).Where(g => g.Key is not null && g.Count() >= options.MinimumRows)
                .OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).Take(MostSlices).OrderBy(g => g.Key, StringComparer.Ordinal);
            foreach (var slice in slices) Add($"{column} = {PlainText.Of(slice.Key!)}", [.. slice]);
        }

        return new() { Rows = rows.Count, Confidence = options.Confidence, Metrics = metrics };

        void Add(string slice, int[] of)
        {
            double[] some = [.. of.Select(i => labels[i])], given = [.. of.Select(i => answers[i])];
            foreach (var metric in options.Metrics)
            {
                var losses = MetricLoss.PerRow(metric, some, given);
                var (lower, upper) = PairedBootstrap.Bounds(losses, Bounds(options, metric));
                if (metric is GateMetric.Rmse) (lower, upper) = (Math.Sqrt(lower), Math.Sqrt(upper));
                metrics.Add(new(slice, metric.ToString().ToLowerInvariant(), MetricLoss.Metric(metric, losses), lower, upper, of.Length));
            }
        }
    }

    /// <summary>Stores an evaluation with the version that is about to be registered.</summary>
    public static RegisterOptions WithEvaluation(this RegisterOptions options, Evaluation evaluation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(evaluation);
        return options with
        {
            Attachments = new Dictionary<string, ReadOnlyMemory<byte>>(options.Attachments)
            {
                [Evaluation.AttachmentName] = JsonSerializer.SerializeToUtf8Bytes(evaluation, DeliveryJson.Default.Evaluation),
            },
        };
    }

    /// <summary>The evaluation stored with a version, or null when it has none.</summary>
    /// <exception cref="MLOpsIntegrityException">The stored bytes are damaged.</exception>
    /// <exception cref="MLOpsInvalidException">The attachment is no evaluation, or one of a newer format.</exception>
    public static async ValueTask<Evaluation?> ReadEvaluationAsync(this IModelRegistry registry, ModelVersion version, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(version);
        if (!version.Attachments.Any(a => a.Path == Evaluation.AttachmentName)) return null;
        var stream = await registry.OpenAsync(version, Evaluation.AttachmentName, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            try
            {
                var evaluation = await JsonSerializer.DeserializeAsync(stream, DeliveryJson.Default.Evaluation, cancellationToken).ConfigureAwait(false);
                return evaluation is { Format: 1 }
                    ? evaluation with { Metrics = evaluation.Metrics ?? [] }
                    : throw new MLOpsInvalidException($"The evaluation of {version} has format {evaluation?.Format ?? 0}; this library reads format 1. Update the library.");
            }
            catch (JsonException e)
            {
                throw new MLOpsInvalidException($"The attachment '{Evaluation.AttachmentName}' of {version} is not an evaluation: {e.Message}", e);
            }
        }
    }

    // One bound each way, so that together they leave out as much as the interval may.
    private static MetricGateOptions Bounds<TRow>(EvaluationOptions<TRow> options, GateMetric metric) => new()
    {
        Metric = metric, Confidence = (1 + options.Confidence) / 2, MinimumRows = options.MinimumRows, BlockLength = options.BlockLength, Resamples = options.Resamples, Seed = options.Seed,
    };
}
