using MLOps.Data;
using MLOps.Statistics;

namespace MLOps.Monitoring;

/// <summary>Counts a column in the bins or categories of its baseline; categories get one cell more, for all others.</summary>
internal static class ColumnCounts
{
    public static long[] Of(FeatureProfile baseline) =>
        baseline.Kind is FeatureKind.Number ? [.. baseline.Counts] : [.. baseline.Counts, baseline.OtherCount];

    public static long[] Of(FeatureProfile baseline, FeatureSample current) => baseline.Kind is FeatureKind.Number
        ? Binning.FromEdges([.. baseline.Edges]).CountOf(current.Numbers.Span).Counts
        : OfCategories(baseline, current.Categories.Span);

    /// <summary>Values that are not missing.</summary>
    public static long Present(FeatureSample current)
    {
        var count = 0L;
        foreach (var value in current.Numbers.Span) count += double.IsNaN(value) ? 0 : 1;
        foreach (var value in current.Categories.Span) count += value is null ? 0 : 1;
        return count;
    }

    private static long[] OfCategories(FeatureProfile baseline, ReadOnlySpan<string?> values)
    {
        var places = new Dictionary<string, int>(baseline.Categories.Count, StringComparer.Ordinal);
        for (var i = 0; i < baseline.Categories.Count; i++) places[baseline.Categories[i]] = i;
        var counts = new long[baseline.Categories.Count + 1];
        foreach (var value in values)
            if (value is not null) counts[places.GetValueOrDefault(value, counts.Length - 1)]++;
        return counts;
    }
}
