using MLOps.Data;
using MLOps.Statistics;

namespace MLOps.Monitoring;

/// <summary>The bins or categories of a baseline column, made once for all values that are counted in them. Immutable, thread-safe.</summary>
internal sealed class ColumnShape
{
    private readonly Binning? _bins;
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);

    public ColumnShape(FeatureProfile profile)
    {
        Profile = profile;
        if (profile.Kind is FeatureKind.Number) _bins = Binning.FromEdges([.. profile.Edges]);
        for (var i = 0; i < profile.Categories.Count; i++) _places[profile.Categories[i]] = i;
    }

    public FeatureProfile Profile { get; }

    public Binning Bins => _bins ?? throw new InvalidOperationException("A category has no bins.");

    /// <summary>How many counts there are: for categories one more than there are categories, for all others.</summary>
    public int Cells => _bins?.Count ?? Profile.Categories.Count + 1;

    /// <summary>The baseline's own counts in the cells.</summary>
    public long[] Reference() => Profile.Kind is FeatureKind.Number ? [.. Profile.Counts] : [.. Profile.Counts, Profile.OtherCount];

    /// <summary>A category's cell; the last one when the baseline does not have it.</summary>
    public int PlaceOf(string category) => _places.GetValueOrDefault(category, Profile.Categories.Count);

    /// <summary>Counts values in the cells and returns how many were missing.</summary>
    public long CountInto(FeatureColumn column, Span<long> counts)
    {
        if (Profile.Kind is FeatureKind.Number) return Bins.CountInto(column.Numbers.Span, counts);
        var missing = 0L;
        foreach (var value in column.Categories.Span)
        {
            if (value is null) missing++;
            else counts[PlaceOf(value)]++;
        }

        return missing;
    }

    /// <summary>What a window holds of the column, from its values.</summary>
    public FeatureSample Sample(FeatureColumn column)
    {
        var counts = new long[Cells];
        var missing = CountInto(column, counts);
        var sample = new FeatureSample { Name = column.Name, Kind = column.Kind, Rows = column.Rows, Missing = missing, Counts = counts };
        if (column.Kind is FeatureKind.Category) return sample with { Unseen = Unseen(column.Categories.Span, counts[^1]) };
        var moments = Moments.Of(column.Numbers.Span);
        return WithMoments(sample, moments) with
        {
            OutOfRange = OutOfRange(column.Numbers.Span, moments),
            Numbers = missing == 0 ? column.Numbers : column.Numbers.ToArray().Where(v => !double.IsNaN(v)).ToArray(),
        };
    }

    /// <summary>A sample with what moments tell of its numbers.</summary>
    public static FeatureSample WithMoments(FeatureSample sample, Moments moments) => sample with
    {
        Mean = moments.Count == 0 ? double.NaN : moments.Mean,
        StandardDeviation = moments.StandardDeviation(0),
        Minimum = moments.Min,
        Maximum = moments.Max,
        Infinite = moments.InfinityCount,
    };

    /// <summary>How many values lie outside of the baseline's range.</summary>
    public long OutOfRange(ReadOnlySpan<double> values, Moments moments)
    {
        if (!(moments.Min < Profile.Minimum || moments.Max > Profile.Maximum || moments.InfinityCount > 0)) return 0;
        var outside = 0L;
        foreach (var value in values) outside += value < Profile.Minimum || value > Profile.Maximum ? 1 : 0;
        return outside;
    }

    private KeyValuePair<string, long>[] Unseen(ReadOnlySpan<string?> values, long others)
    {
        if (others == 0) return [];
        var frequent = new FrequentItems();
        foreach (var value in values)
            if (value is not null && !_places.ContainsKey(value)) frequent.Update(ColumnProfile.Keepable(value));
        return Top(frequent);
    }

    public static KeyValuePair<string, long>[] Top(FrequentItems items) =>
        [.. items.Items(0).OrderByDescending(i => i.LowerBound).ThenBy(i => i.Item, StringComparer.Ordinal).Take(5).Select(i => KeyValuePair.Create(i.Item, i.LowerBound))];
}
