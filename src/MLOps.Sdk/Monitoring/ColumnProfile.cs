using MLOps.Data;
using MLOps.Statistics;

namespace MLOps.Monitoring;

/// <summary>Turns one column of the baseline's rows into its profile.</summary>
internal static class ColumnProfile
{
    public const string PredictionName = "prediction";
    private const int SampleSize = 5_000, LargestCategories = 256, LongestCategory = 250;

    public static FeatureProfile Of(FeatureColumn column) => Of(column, SampleRows(column.Rows));

    /// <param name="column">The column.</param>
    /// <param name="sampled">The rows whose values are kept.</param>
    public static FeatureProfile Of(FeatureColumn column, ReadOnlySpan<int> sampled) =>
        column.Kind is FeatureKind.Number ? OfNumbers(column, sampled) : OfCategories(column, sampled);

    public static FeatureProfile OfNumbers(string name, double[] values) => Of(new FeatureColumn(name, FeatureKind.Number, values, default));

    /// <summary>A uniform sample of rows, in their order. The seed is fixed, so that the same rows give the same baseline.</summary>
    public static int[] SampleRows(int rows, int size = SampleSize)
    {
        if (rows <= size) return [.. Enumerable.Range(0, rows)];
        var sample = new Reservoir<int>(size, 20_090_813);
        for (var row = 0; row < rows; row++) sample.Add(row);
        return [.. sample.Items.Order()];
    }

    /// <summary>A category as sketches and documents can keep it: JSON cannot carry lone surrogates, and a text column given as a category must not make them huge.</summary>
    public static string Keepable(string value) => IsKeepable(value) ? value : FormattableString.Invariant($"(a text of {value.Length} characters)");

    private static FeatureProfile OfNumbers(FeatureColumn column, ReadOnlySpan<int> sampled)
    {
        var values = column.Numbers.Span;
        var moments = Moments.Of(values);
        using var sorted = SortedSample.Of(values);
        var ordered = sorted.Values;
        while (!ordered.IsEmpty && double.IsInfinity(ordered[0])) ordered = ordered[1..];
        while (!ordered.IsEmpty && double.IsInfinity(ordered[^1])) ordered = ordered[..^1];
        var edges = BinEdges.Of(ordered);
        return new()
        {
            Name = column.Name,
            Kind = FeatureKind.Number,
            Count = values.Length - moments.NaNCount,
            Missing = moments.NaNCount,
            Mean = moments.Count == 0 ? double.NaN : moments.Mean,
            StandardDeviation = moments.StandardDeviation(0),
            Minimum = moments.Min,
            Maximum = moments.Max,
            Edges = edges,
            Counts = Binning.FromEdges(edges).CountOf(values).Counts,
            Sample = column.Pick(sampled).Numbers.ToArray(),
        };
    }

    private static FeatureProfile OfCategories(FeatureColumn column, ReadOnlySpan<int> sampled)
    {
        var values = column.Categories.Span;
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        long missing = 0, other = 0;
        foreach (var value in values)
        {
            if (value is null) missing++;
            else if (!IsKeepable(value)) other++;
            else counts[value] = counts.GetValueOrDefault(value) + 1;
        }

        var kept = counts
            .OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal)
            .Take(LargestCategories)
            .OrderBy(c => c.Key, StringComparer.Ordinal)
            .ToArray();
        var profile = new FeatureProfile
        {
            Name = column.Name,
            Kind = FeatureKind.Category,
            Count = values.Length - missing,
            Missing = missing,
            Categories = [.. kept.Select(c => c.Key)],
            Counts = [.. kept.Select(c => c.Value)],
            OtherCount = other + counts.Values.Sum() - kept.Sum(c => c.Value),
        };
        var shape = new ColumnShape(profile);
        var sample = new double[sampled.Length];
        for (var i = 0; i < sample.Length; i++) sample[i] = values[sampled[i]] is { } category ? shape.PlaceOf(category) : double.NaN;
        return profile with { Sample = sample };
    }

    private static bool IsKeepable(string value) => value.Length <= LongestCategory && Name.IndexOfLoneSurrogate(value) < 0;
}
