using System.Globalization;
using MLOps.Data;

namespace MLOps.Monitoring;

/// <summary>Says in one sentence how a column of the window differs from its baseline.</summary>
internal static class ColumnExplanation
{
    public static string Of(FeatureProfile baseline, FeatureSample current)
    {
        var values = current.Kind is FeatureKind.Number ? OfNumbers(baseline, current) : OfCategories(baseline, current);
        return Missing(baseline, current) is { } missing ? $"{values}; {missing}" : values;
    }

    private static string OfNumbers(FeatureProfile baseline, FeatureSample current)
    {
        if (double.IsNaN(current.Mean)) return "no values in the window";
        if (baseline.Count == 0 || double.IsNaN(baseline.Mean)) return $"no values at training, mean {PlainNumber.Text(current.Mean)} now";
        var shift = (current.Mean - baseline.Mean) / baseline.StandardDeviation;
        var text = $"mean {PlainNumber.Text(baseline.Mean)} -> {PlainNumber.Text(current.Mean)}";
        if (double.IsFinite(shift)) text += Text($" ({shift:+0.0#;-0.0#;0} sd)");
        var spread = current.StandardDeviation / baseline.StandardDeviation;
        return spread is < 0.8 or > 1.25 && double.IsFinite(spread) ? text + Text($", spread x{spread:0.##}") : text;
    }

    private static string OfCategories(FeatureProfile baseline, FeatureSample current)
    {
        long[] before = baseline.Cells(), after = current.Cells();
        double n = before.Sum(), m = after.Sum();
        if (m == 0) return "no values in the window";
        if (n == 0) return "no values at training";
        var moved = Enumerable.Range(0, before.Length).MaxBy(i => Math.Abs(after[i] / m - before[i] / n));
        var isNew = baseline.OtherCount == 0;
        var named = isNew && current.Unseen.Count > 0 ? ": " + string.Join(", ", current.Unseen.Take(3).Select(u => $"'{Name.Shown(u.Key)}'")) : "";
        if (moved == baseline.Categories.Count) return $"{(isNew ? "new" : "other")} categories {PlainNumber.Percent(before[moved] / n)} -> {PlainNumber.Percent(after[moved] / m)}{named}";
        var text = $"'{Name.Shown(baseline.Categories[moved])}' {PlainNumber.Percent(before[moved] / n)} -> {PlainNumber.Percent(after[moved] / m)}";
        var unseen = after[^1] / m;
        return isNew && unseen > 0 ? $"{text}, new categories {PlainNumber.Percent(unseen)}{named}" : text;
    }

    private static string? Missing(FeatureProfile baseline, FeatureSample current)
    {
        double reference = baseline.Count + baseline.Missing;
        if (reference == 0 || current.Rows == 0) return null;
        double before = baseline.Missing / reference, after = (double)current.Missing / current.Rows;
        return Math.Abs(after - before) < 0.01 ? null : $"missing {PlainNumber.Percent(before)} -> {PlainNumber.Percent(after)}";
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
