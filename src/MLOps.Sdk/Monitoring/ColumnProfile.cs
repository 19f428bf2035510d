using System.Runtime.InteropServices;
using MLOps.Data;
using MLOps.Statistics;

namespace MLOps.Monitoring;

/// <summary>Turns one column of the baseline's rows into its profile.</summary>
internal static class ColumnProfile
{
    public const string PredictionName = "prediction";
    private const int SampleSize = 5_000, LargestCategories = 256, LongestCategory = 250;

    public static FeatureProfile Of(FeatureSample column) =>
        column.Kind is FeatureKind.Number ? OfNumbers(column.Name, column.Numbers.Span) : OfCategories(column.Name, column.Categories.Span);

    public static FeatureProfile OfNumbers(string name, ReadOnlySpan<double> values)
    {
        var moments = Moments.Of(values);
        // The seed is fixed, so that the same rows give the same baseline.
        var sample = new Reservoir<double>(SampleSize, 20_090_813);
        var sorted = new List<double>(values.Length);
        foreach (var value in values)
        {
            if (double.IsNaN(value)) continue;
            sample.Add(value);
            if (double.IsFinite(value)) sorted.Add(value);
        }

        sorted.Sort();
        var edges = BinEdges.Of(CollectionsMarshal.AsSpan(sorted));
        return new()
        {
            Name = name,
            Kind = FeatureKind.Number,
            Count = values.Length - moments.NaNCount,
            Missing = moments.NaNCount,
            Mean = moments.Count == 0 ? double.NaN : moments.Mean,
            StandardDeviation = moments.StandardDeviation(0),
            Minimum = moments.Min,
            Maximum = moments.Max,
            Edges = edges,
            Counts = Binning.FromEdges(edges).CountOf(values).Counts,
            Sample = sample.Items,
        };
    }

    private static FeatureProfile OfCategories(string name, ReadOnlySpan<string?> values)
    {
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
        return new()
        {
            Name = name,
            Kind = FeatureKind.Category,
            Count = values.Length - missing,
            Missing = missing,
            Categories = [.. kept.Select(c => c.Key)],
            Counts = [.. kept.Select(c => c.Value)],
            OtherCount = other + counts.Values.Sum() - kept.Sum(c => c.Value),
        };
    }

    // JSON cannot carry lone surrogates, and a text column given as a category must not make the baseline huge.
    private static bool IsKeepable(string value) => value.Length <= LongestCategory && Name.IndexOfLoneSurrogate(value) < 0;
}
