namespace MLOps.Statistics;

public sealed partial class KllSketch
{
    /// <summary>
    /// A value whose rank is about the given probability: the smallest kept one with at least that share of the weight at or below it. 0 gives the exact minimum, 1 the exact
    /// maximum, an empty sketch NaN. O(log k) after the first query, which sorts.
    /// </summary>
    /// <param name="probability">0..1.</param>
    /// <exception cref="MLOpsInvalidException">The probability is outside 0..1.</exception>
    public double Quantile(double probability)
    {
        if (!(probability is >= 0 and <= 1)) throw new MLOpsInvalidException($"The probability {probability} is not between 0 and 1.");
        if (Count == 0) return double.NaN;
        if (probability == 0) return _min;
        if (probability == 1) return _max;
        var (values, cumulative) = Sorted();
        var wanted = Math.Max(1, (long)Math.Ceiling(probability * Count));
        var index = Array.BinarySearch(cumulative, wanted);
        return values[Math.Min(index < 0 ? ~index : index, values.Length - 1)];
    }

    /// <summary>The share of values at or below <paramref name="value"/>, 0..1, within <see cref="RankError"/>; NaN for an empty sketch or NaN.</summary>
    public double Rank(double value)
    {
        if (Count == 0 || double.IsNaN(value)) return double.NaN;
        if (value < _min) return 0;
        if (value >= _max) return 1;
        var (values, cumulative) = Sorted();
        int low = 0, high = values.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (values[middle] <= value) low = middle + 1;
            else high = middle;
        }

        return low == 0 ? 0 : (double)cumulative[low - 1] / Count;
    }

    /// <summary>The kept values with their weights, which sum to <see cref="Count"/>: what distances are computed from. O(k log k) once after a change.</summary>
    public WeightedValues Weighted()
    {
        _ = Sorted();
        return _view!;
    }

    private (double[] Values, long[] Cumulative) Sorted()
    {
        if (_view is null)
        {
            var values = _items.AsSpan(_starts[0]).ToArray();
            var weights = new long[values.Length];
            for (var level = 0; level < _levels; level++) weights.AsSpan(_starts[level] - _starts[0], _starts[level + 1] - _starts[level]).Fill(1L << level);
            Array.Sort(values, weights);
            for (var i = 1; i < weights.Length; i++) weights[i] += weights[i - 1];
            _view = new(values, weights);
        }

        return ((double[])_view.Values, (long[])_view.CumulativeWeights);
    }
}
