using System.Globalization;
using MLOps.Charts;
using MLOps.Models;

namespace MLOps.Delivery;

/// <summary>How good it was when it was registered: its evaluation with intervals per slice, and the metrics that were registered with it.</summary>
internal sealed class MetricsSection(IModelRegistry registry) : ICardSection
{
    public string Title => "Metrics";

    public int Order => 400;

    public async ValueTask WriteAsync(CardSubject subject, CardPage page, CancellationToken cancellationToken = default)
    {
        page.Table([new("Metric"), new("Value", true)], [.. subject.Version.Metrics.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => (IReadOnlyList<ReportCell>)[m.Key, CardWords.Number(m.Value)])]);
        if (await registry.ReadEvaluationAsync(subject.Version, cancellationToken).ConfigureAwait(false) is not { } evaluation)
        {
            page.Remark(ReportTone.Warning, "It was registered without an evaluation, so that nothing is known of single slices and of how sure these numbers are.");
            return;
        }

        var confidence = evaluation.Confidence.ToString("0.# %", CultureInfo.InvariantCulture);
        page.Paragraph($"Evaluated on {CardWords.Count(evaluation.Rows)} rows that it was not fitted to; intervals at {confidence}.");
        page.Table(
            [new("Slice"), new("Metric"), new("Value", true), new("From", true), new("To", true), new("Rows", true)],
            [.. evaluation.Metrics.Select(m => (IReadOnlyList<ReportCell>)[m.Slice.Length == 0 ? "all rows" : m.Slice, m.Metric, CardWords.Number(m.Value), CardWords.Number(m.Lower), CardWords.Number(m.Upper), CardWords.Count(m.Rows)])]);
        if (evaluation.Metrics.Where(m => m.Metric == evaluation.Metrics[0].Metric).ToList() is { Count: > 1 } first)
            page.Picture(
                new BarChart { Title = $"{first[0].Metric} by slice", Categories = [.. first.Select(m => m.Slice.Length == 0 ? "all rows" : m.Slice)], Series = [new(first[0].Metric, [.. first.Select(m => m.Value)])], Thresholds = [new(first[0].Value, "all rows")] },
                $"The {first[0].Metric} of each slice beside that of all rows.");
    }
}
