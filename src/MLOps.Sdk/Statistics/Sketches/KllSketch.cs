namespace MLOps.Statistics;

/// <summary>
/// Quantiles of a stream in a few kilobytes (Karnin, Lang and Liberty 2016, with the level capacities and the byte layout of Apache DataSketches): the rank of any value
/// within <see cref="RankError"/> of the truth with 99 % confidence, whatever the distribution, and mergeable.
/// </summary>
/// <remarks>
/// <para>Values wait in levels; one on level h stands for 2^h. When the sketch is full, the lowest level that holds its share, max(8, k (2/3)^depth) values, is sorted and
/// every second value, from a random start, moves up: the sum of weights stays the count. Amortised O(log k) per value; at most about 3k values are kept.</para>
/// <para>NaN has no rank: it is counted in <see cref="NaNCount"/> and left out. Infinities are values. Negative zero becomes zero. Up to k values are kept exactly; ties and
/// constant streams need no care: equal values share a rank. Deterministic: seed and values in order give the bytes, in bulk or one by one. Not safe for concurrent use.</para>
/// </remarks>
/// <example>
/// <code>
/// var sketch = new KllSketch(k: 400, seed: 7);
/// sketch.Update([3.0, 1.0, 2.0]);
/// double median = sketch.Quantile(0.5); // 2
/// double share = sketch.Rank(1.0);      // 0.333: one of three values is at most 1
/// </code>
/// </example>
public sealed partial class KllSketch
{
    private const int MaxLevels = 60, MinWidth = 8;
    private readonly double[] _items;
    private readonly double[] _scratch;
    // A level's share by its depth below the top.
    private readonly int[] _widths = new int[MaxLevels];
    // Level h is _items[_starts[h].._starts[h + 1]]; the last level ends where the array ends; level 0 grows downwards to _floor. All but level 0 are sorted.
    private readonly int[] _starts = new int[MaxLevels + 1];
    private int _levels = 1;
    private int _floor;
    private int _minK;
    private double _min = double.PositiveInfinity;
    private double _max = double.NegativeInfinity;
    private SplitMix _random;
    private WeightedValues? _view;

    /// <summary>An empty sketch.</summary>
    /// <param name="k">Size and accuracy, 8..65,535; 200 by default: 1.33 % rank error at 5 KB, 400: 0.68 % at 10 KB.</param>
    /// <param name="seed">Where the random choices start.</param>
    /// <exception cref="MLOpsInvalidException">k is out of range.</exception>
    public KllSketch(int k = 200, ulong seed = 0)
    {
        if (k is < 8 or > ushort.MaxValue) throw new MLOpsInvalidException($"k is {k}: it must be 8 to 65,535.");
        K = k;
        _minK = k;
        _random = new SplitMix(seed);
        for (var depth = 0; depth < MaxLevels; depth++) _widths[depth] = Width(k, depth);
        _items = new double[Capacity(MaxLevels)];
        _scratch = new double[_items.Length];
        _starts[0] = _starts[1] = _items.Length;
        _floor = _items.Length - k;
    }

    /// <summary>The accuracy parameter.</summary>
    public int K { get; }

    /// <summary>How many values were added, NaN left out.</summary>
    public long Count { get; private set; }

    /// <summary>How many NaN were offered.</summary>
    public long NaNCount { get; private set; }

    /// <summary>How many values are kept.</summary>
    public int Retained => _items.Length - _starts[0];

    /// <summary>The smallest value, exact; NaN when there is none.</summary>
    public double Min => Count == 0 ? double.NaN : _min;

    /// <summary>The largest value, exact; NaN when there is none.</summary>
    public double Max => Count == 0 ? double.NaN : _max;

    /// <summary>
    /// How far <see cref="Rank"/> may be off with 99 % confidence, as a share of the count: 2.296 / k^0.9723 (fitted by the authors of Apache DataSketches), with the
    /// smallest k merged in; 0 while everything is kept.
    /// </summary>
    public double RankError => _levels == 1 ? 0 : 2.296 / Math.Pow(_minK, 0.9723);

    /// <summary>Adds a value; NaN is only counted.</summary>
    public void Update(double value) => Update(new ReadOnlySpan<double>(in value));

    /// <summary>Adds values in order, as if one by one. Allocates nothing.</summary>
    public void Update(ReadOnlySpan<double> values)
    {
        _view = null;
        while (!values.IsEmpty)
        {
            if (_starts[0] == _floor) Compact();
            var part = values[..Math.Min(values.Length, _starts[0] - _floor)];
            values = values[part.Length..];
            var (start, min, max) = (_starts[0], _min, _max);
            var room = _items.AsSpan(_floor, start - _floor);
            var free = room.Length;
            foreach (var value in part)
            {
                if (double.IsNaN(value)) continue;
                room[--free] = value + 0.0; // -0 becomes 0
                min = value < min ? value : min;
                max = value > max ? value : max;
            }

            var added = start - _floor - free;
            (_min, _max) = (min + 0.0, max + 0.0);
            _starts[0] = start - added;
            Count += added;
            NaNCount += part.Length - added;
        }
    }

    private void AddLevel()
    {
        _starts[++_levels] = _items.Length;
        _floor = _items.Length - Capacity(_levels);
    }

    // Halves the lowest level that holds its share. Called when the sketch is full: then one does.
    private void Compact()
    {
        var level = 0;
        while (_starts[level + 1] - _starts[level] < _widths[_levels - 1 - level]) level++;
        if (level == _levels - 1) AddLevel();
        int begin = _starts[level], end = _starts[level + 1], odd = (end - begin) & 1, half = (end - begin) / 2;
        var source = _items.AsSpan(begin + odd, 2 * half);
        if (level == 0) RunSort.Sort(source, _scratch);
        var offset = (int)(_random.Next() >> 63);
        var survivors = _scratch.AsSpan(0, half);
        for (var i = 0; i < survivors.Length; i++) survivors[i] = source[2 * i + offset];
        var left = _items[begin];
        var above = _items.AsSpan(end, _starts[level + 2] - end);
        RunSort.Merge(survivors, above, _items.AsSpan(end - half, half + above.Length));
        if (odd == 1) _items[end - half - 1] = left;
        _items.AsSpan(_starts[0], begin - _starts[0]).CopyTo(_items.AsSpan(_starts[0] + half));
        for (var lower = 0; lower <= level; lower++) _starts[lower] += half;
        _starts[level + 1] = end - half;
    }

    private int Capacity(int levels)
    {
        var sum = 0;
        for (var depth = 0; depth < levels; depth++) sum += _widths[depth];
        return sum;
    }

    // A level's share: k (2/3)^depth, rounded, at least 8.
    private static int Width(int k, int depth)
    {
        if (depth > 30) return MinWidth;
        var powerOfThree = 1L;
        for (var i = 0; i < depth; i++) powerOfThree *= 3;
        return (int)Math.Max(MinWidth, (((2L * k) << depth) / powerOfThree + 1) >> 1);
    }
}
