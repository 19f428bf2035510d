using System.Globalization;
using MLOps.Data;
using MLOps.Statistics;

namespace MLOps.Monitoring;

/// <summary>Says in one sentence how a column of the window differs from its baseline.</summary>
internal static class ColumnExplanation
{
    public static string Of(FeatureProfile baseline, FeatureSample current)
    {
        var values = current.Kind is FeatureKind.Number ? OfNumbers(baseline, current.Numbers.Span) : OfCategories(baseline, current);
        return Missing(baseline, current) is { } missing ? $"{values}; {missing}" : values;
    }

    private static string OfNumbers(FeatureProfile baseline, ReadOnlySpan<double> numbers)
    {
        var moments = Moments.Of(numbers);
        if (moments.Count == 0) return "no values in the window";
        if (baseline.Count == 0 || double.IsNaN(baseline.Mean)) return Text($"no values at training, mean {Number(moments.Mean)} now");
        var shift = (moments.Mean - baseline.Mean) / baseline.StandardDeviation;
        var text = Text($"mean {Number(baseline.Mean)} -> {Number(moments.Mean)}");
        if (double.IsFinite(shift)) text += Text($" ({shift:+0.0#;-0.0#;0} sd)");
        var spread = moments.StandardDeviation(0) / baseline.StandardDeviation;
        return spread is < 0.8 or > 1.25 && double.IsFinite(spread) ? text + Text($", spread x{spread:0.##}") : text;
    }

    private static string OfCategories(FeatureProfile baseline, FeatureSample current)
    {
        var before = ColumnCounts.Of(baseline);
        var after = ColumnCounts.Of(baseline, current);
        double n = before.Sum(), m = after.Sum();
        if (m == 0) return "no values in the window";
        if (n == 0) return "no values at training";
        var moved = Enumerable.Range(0, before.Length).MaxBy(i => Math.Abs(after[i] / m - before[i] / n));
        var name = moved < baseline.Categories.Count ? $"'{Name.Shown(baseline.Categories[moved])}'" : "other categories";
        var text = Text($"{name} {Percent(before[moved] / n)} -> {Percent(after[moved] / m)}");
        var unseen = after[^1] / m;
        return moved < baseline.Categories.Count && baseline.OtherCount == 0 && unseen > 0 ? text + Text($", new categories {Percent(unseen)}") : text;
    }

    private static string? Missing(FeatureProfile baseline, FeatureSample current)
    {
        double reference = baseline.Count + baseline.Missing, rows = current.Numbers.Length + current.Categories.Length;
        if (reference == 0 || rows == 0) return null;
        double before = baseline.Missing / reference, after = (rows - ColumnCounts.Present(current)) / rows;
        return Math.Abs(after - before) < 0.01 ? null : $"missing {Percent(before)} -> {Percent(after)}";
    }

    private static string Number(double value) => Math.Abs(value) is >= 1e6 or (> 0 and < 1e-3)
        ? value.ToString("0.###e+0", CultureInfo.InvariantCulture)
        : value.ToString(Math.Abs(value) >= 100 ? "0.#" : "0.###", CultureInfo.InvariantCulture);

    private static string Percent(double share) => Text($"{100 * share:0.#} %");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
