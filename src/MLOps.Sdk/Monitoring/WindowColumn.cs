using System.Text;
using MLOps.Data;
using MLOps.Predictions;
using MLOps.Statistics;

namespace MLOps.Monitoring;

/// <summary>
/// What a window holds of one column, mergeable: exact counts in the baseline's bins or categories, counts of faults, moments, and sketches of ranks, distinct values and new categories.
/// Not safe for concurrent use.
/// </summary>
/// <remarks>Merged in any order, all counts and the range are those of one pass; the rank error of the sketch stays below 0.6 %, and the number of distinct values is known to some 3 %.</remarks>
internal sealed class WindowColumn
{
    private const int Ranks = 512, DistinctBits = 11, SampledValues = 1_000;

    private readonly ColumnShape _shape;
    private readonly long[] _counts;
    private Moments _moments = Moments.Empty;
    private KllSketch? _values;
    private HyperLogLog _distinct = new(DistinctBits);
    private FrequentItems? _unseen;

    public WindowColumn(ColumnShape shape)
    {
        _shape = shape;
        _counts = new long[shape.Cells];
        if (shape.Profile.Kind is FeatureKind.Number) _values = new(Ranks, Murmur3.Of(Encoding.UTF8.GetBytes(shape.Profile.Name), 9).Low);
        else _unseen = new();
    }

    public FeatureProfile Profile => _shape.Profile;

    public ReadOnlySpan<long> Counts => _counts;

    public long Missing { get; private set; }

    public long OutOfRange { get; private set; }

    public Moments Moments => _moments;

    public double Distinct => _distinct.Estimate().Value;

    public KllSketch? Values => _values;

    public void Add(FeatureColumn column)
    {
        Missing += _shape.CountInto(column, _counts);
        if (column.Kind is FeatureKind.Category)
        {
            foreach (var value in column.Categories.Span)
            {
                if (value is null) continue;
                var kept = ColumnProfile.Keepable(value);
                _distinct.Update(kept);
                if (_shape.PlaceOf(value) == _counts.Length - 1) _unseen!.Update(kept);
            }

            return;
        }

        var numbers = column.Numbers.Span;
        var moments = Moments.Of(numbers);
        _moments += moments;
        OutOfRange += _shape.OutOfRange(numbers, moments);
        _values!.Update(numbers);
        _distinct.Update(moments.NaNCount == 0 ? numbers : numbers.ToArray().Where(v => !double.IsNaN(v)).ToArray());
    }

    public void Merge(WindowColumn other)
    {
        for (var i = 0; i < _counts.Length; i++) _counts[i] += other._counts[i];
        Missing += other.Missing;
        OutOfRange += other.OutOfRange;
        _moments += other._moments;
        _distinct.Merge(other._distinct);
        if (other._values is { } values) _values!.Merge(values);
        if (other._unseen is { } unseen) _unseen!.Merge(unseen);
    }

    /// <summary>What drift tests see: the values stand for more than they are once the sketch holds fewer than were seen.</summary>
    public FeatureSample ToSample()
    {
        var sample = new FeatureSample { Name = Profile.Name, Kind = Profile.Kind, Rows = Missing + _counts.Sum(), Missing = Missing, Counts = [.. _counts] };
        if (_unseen is { } unseen) return sample with { Unseen = ColumnShape.Top(unseen) };
        return ColumnShape.WithMoments(sample, _moments) with
        {
            OutOfRange = OutOfRange,
            Numbers = Spread(_values!),
            IsSampled = _values!.Count > SampledValues,
        };
    }

    public void Write(BlockWriter block)
    {
        block.Signed(Missing);
        block.Signed(OutOfRange);
        block.Varint((ulong)_counts.Length);
        foreach (var count in _counts) block.Varint((ulong)count);
        Part(_distinct.ToBytes());
        if (_unseen is { } unseen)
        {
            Part(unseen.ToBytes());
            return;
        }

        Part(_moments.ToBytes());
        Part(_values!.ToBytes());

        void Part(byte[] bytes)
        {
            block.Varint((ulong)bytes.Length);
            block.Bytes(bytes);
        }
    }

    /// <exception cref="MLOpsIntegrityException">It was counted in other bins, or is damaged.</exception>
    public static WindowColumn Read(ref BlockReader block, ColumnShape shape, string where)
    {
        var column = new WindowColumn(shape) { Missing = block.Signed(), OutOfRange = block.Signed() };
        if (block.Count(1 << 20) != column._counts.Length) throw BlockReader.Damaged(where, $"the column '{Name.Shown(shape.Profile.Name)}' was counted in other bins than its baseline has");
        for (var i = 0; i < column._counts.Length; i++) column._counts[i] = (long)block.Varint();
        column._distinct = HyperLogLog.FromBytes(block.Take(block.Count(int.MaxValue)));
        if (column._unseen is not null)
        {
            column._unseen = FrequentItems.FromBytes(block.Take(block.Count(int.MaxValue)));
            return column;
        }

        column._moments = Moments.FromBytes(block.Take(block.Count(int.MaxValue)));
        column._values = KllSketch.FromBytes(block.Take(block.Count(int.MaxValue)));
        return column;
    }

    // All values while the sketch still has them, else so many evenly spaced by rank that nothing is lost beside the sketch's own error.
    private static double[] Spread(KllSketch sketch)
    {
        if (sketch.Count == 0) return [];
        var weighted = sketch.Weighted();
        var wanted = (int)Math.Min(sketch.Count, SampledValues);
        var values = new double[wanted];
        for (int i = 0, at = 0; i < wanted; i++)
        {
            var rank = (i + 0.5) * sketch.Count / wanted;
            while (weighted.CumulativeWeights[at] < rank) at++;
            values[i] = weighted.Values[at];
        }

        return values;
    }
}
