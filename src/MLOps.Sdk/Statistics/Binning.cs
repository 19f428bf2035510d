using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MLOps.Statistics;

/// <summary>
/// Fixed bins over the numbers, made once from a reference and used for every later sample, so that distances are comparable in time.
/// </summary>
/// <remarks>
/// n edges make n + 1 bins: (-inf, e1), [e1, e2), ... [en, +inf): open-ended and right-open, so that every number has a bin and an outlier changes no edge.
/// Infinities fall into the end bins; NaN has none and is counted apart. Immutable, safe for concurrent use.
/// </remarks>
/// <example><code>
/// var bins = Binning.FromQuantiles([1.0, 2, 3, 4, 5, 6, 7, 8], bins: 4);
/// BinCounts counts = bins.CountOf([0.0, 5, 100]);
/// Console.WriteLine(counts.Counts[3]); // 1: the outlier has a bin, and moved no edge
/// </code></example>
public sealed class Binning
{
    private const int MostCompared = 48;
    private readonly double[] _edges;
    private readonly double[] _padded;

    private Binning(double[] edges)
    {
        _edges = edges;
        // NaN padding to a power of two less one: no number is at least NaN, so that the search needs no bounds.
        _padded = new double[(int)BitOperations.RoundUpToPowerOf2((uint)edges.Length + 1) - 1];
        Array.Fill(_padded, double.NaN);
        edges.CopyTo(_padded, 0);
    }

    /// <summary>The edges, ascending and finite.</summary>
    public ReadOnlySpan<double> Edges => _edges;

    /// <summary>The number of bins: edges + 1.</summary>
    public int Count => _edges.Length + 1;

    /// <summary>Bins with the given edges.</summary>
    /// <param name="edges">Strictly ascending finite numbers; none gives one bin.</param>
    /// <exception cref="MLOpsInvalidException">They are not.</exception>
    public static Binning FromEdges(ReadOnlySpan<double> edges)
    {
        for (var i = 0; i < edges.Length; i++)
        {
            if (!double.IsFinite(edges[i]) || (i > 0 && !(edges[i] > edges[i - 1])))
                throw new MLOpsInvalidException($"The edge {edges[i]} at position {i} breaks the rule: edges are finite and strictly ascending.");
        }

        return new(edges.ToArray());
    }

    /// <summary>
    /// Bins of about equal share in the reference: its quantiles at 1/bins, 2/bins, ... without repetitions. Fewer bins result when one value holds more than a bin's share.
    /// </summary>
    /// <param name="reference">The reference values; NaN is left out. An empty reference gives one bin.</param>
    /// <param name="bins">The number of bins wanted, 1..4,096; 10 by default (deciles).</param>
    /// <param name="isolateAtoms">
    /// Gives a value that several quantiles fall on a bin of its own, by adding the next larger double as an edge. Without it a column that is mostly 0 has one bin for
    /// 0 and everything above, and a constant column can't show a move upwards. Off by default, which gives the textbook deciles.
    /// </param>
    /// <exception cref="MLOpsInvalidException">The number of bins is out of range.</exception>
    public static Binning FromQuantiles(ReadOnlySpan<double> reference, int bins = 10, bool isolateAtoms = false)
    {
        if (bins is < 1 or > 4096) throw new MLOpsInvalidException($"{bins} bins were asked for: it must be 1 to 4,096.");
        using var sorted = SortedSample.Of(reference);
        var edges = new List<double>(bins);
        for (var k = 1; k < bins && !sorted.Values.IsEmpty; k++)
        {
            var edge = Quantile.OfSorted(sorted.Values, k * (1.0 / bins));
            if (!double.IsFinite(edge)) continue;
            if (edges.Count == 0 || edge > edges[^1]) edges.Add(edge);
            else if (isolateAtoms && edge == edges[^1] && double.IsFinite(Math.BitIncrement(edge))) edges.Add(Math.BitIncrement(edge));
        }

        return new([.. edges]);
    }

    /// <summary>Bins of equal width between two finite numbers, with open ends: <paramref name="bins"/> - 1 inner edges.</summary>
    /// <exception cref="MLOpsInvalidException">The range is empty or not finite, or the number of bins is out of range.</exception>
    public static Binning EqualWidth(double from, double to, int bins)
    {
        if (bins is < 1 or > 4096) throw new MLOpsInvalidException($"{bins} bins were asked for: it must be 1 to 4,096.");
        if (!(from < to) || !double.IsFinite(to - from)) throw new MLOpsInvalidException($"Bins of equal width need two finite numbers, the smaller first, not {from} and {to}.");
        var edges = new double[bins - 1];
        for (var i = 0; i < edges.Length; i++) edges[i] = from + (to - from) * (i + 1) / bins;
        return FromEdges(edges);
    }

    /// <summary>The bin of a number, 0..Count-1; -1 for NaN.</summary>
    public int IndexOf(double value) => double.IsNaN(value) ? -1 : Search(value);

    /// <summary>Where a bin begins (its first value); negative infinity for bin 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such bin.</exception>
    public double LowerEdge(int bin) => Within(bin) == 0 ? double.NegativeInfinity : _edges[bin - 1];

    /// <summary>Where a bin ends (the first value above it); positive infinity for the last bin.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such bin.</exception>
    public double UpperEdge(int bin) => Within(bin) == _edges.Length ? double.PositiveInfinity : _edges[bin];

    private int Within(int bin)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bin);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bin, _edges.Length);
        return bin;
    }

    /// <summary>
    /// Counts per bin as a quantile sketch knows them, so that the distances of <see cref="Divergence"/> can be taken from sketches: the share of any bins in a row is within
    /// 2 <see cref="KllSketch.RankError"/> of the truth, and the counts sum to the sketch's. Not for tests on counts, whose p-values take counts for exact. O(k log bins).
    /// </summary>
    /// <param name="sketch">The sketch of the values.</param>
    public BinCounts CountOf(KllSketch sketch)
    {
        ArgumentNullException.ThrowIfNull(sketch);
        var counts = new long[Count];
        if (sketch.Count == 0) return new(counts, sketch.NaNCount);
        var (values, cumulative) = sketch.Weighted();
        for (var i = 0; i < values.Count; i++) counts[Search(values[i])] += cumulative[i] - (i == 0 ? 0 : cumulative[i - 1]);
        return new(counts, sketch.NaNCount);
    }

    /// <summary>Counts values per bin: a few nanoseconds each.</summary>
    public BinCounts CountOf(ReadOnlySpan<double> values)
    {
        var counts = new long[Count];
        return new(counts, CountInto(values, counts));
    }

    /// <summary>Adds the counts of values to <paramref name="counts"/>, which has <see cref="Count"/> cells, and returns the number of NaN among them.</summary>
    /// <exception cref="MLOpsInvalidException">There are too few cells.</exception>
    public long CountInto(ReadOnlySpan<double> values, Span<long> counts)
    {
        if (counts.Length < Count) throw new MLOpsInvalidException($"The counts have {counts.Length} cells and there are {Count} bins.");
        if (_edges.Length <= MostCompared && Vector<double>.Count >= 4) return CountByComparing(values, counts);
        var nans = 0L;
        ref var cells = ref MemoryMarshal.GetReference(counts);
        ref var first = ref MemoryMarshal.GetArrayDataReference(_padded);
        // Four searches at a time: each step of one waits for the step before it, not for the other three.
        for (; values.Length >= 4; values = values[4..])
        {
            double a = values[0], b = values[1], c = values[2], d = values[3];
            if (double.IsNaN(a) | double.IsNaN(b) | double.IsNaN(c) | double.IsNaN(d))
            {
                nans += CountOneByOne(values[..4], counts);
                continue;
            }

            nuint i = 0, j = 0, k = 0, l = 0;
            for (var step = (nuint)(_padded.Length + 1) >> 1; step > 0; step >>= 1)
            {
                ref var edge = ref Unsafe.Add(ref first, step - 1);
                i = Next(ref edge, i, a, step);
                j = Next(ref edge, j, b, step);
                k = Next(ref edge, k, c, step);
                l = Next(ref edge, l, d, step);
            }

            // No bound to check: the padding stops every search at the last bin, and there is a cell for each.
            Unsafe.Add(ref cells, i)++;
            Unsafe.Add(ref cells, j)++;
            Unsafe.Add(ref cells, k)++;
            Unsafe.Add(ref cells, l)++;
        }

        return nans + CountOneByOne(values, counts);
    }

    // With few edges every value is compared with all of them: no step waits for another, and a vector of values shares each edge.
    private long CountByComparing(ReadOnlySpan<double> values, Span<long> counts)
    {
        var nans = 0L;
        var edges = _edges;
        var width = Vector<double>.Count;
        var pairs = MemoryMarshal.Cast<double, Vector<double>>(values);
        Span<long> bins = stackalloc long[2 * width];
        ref var bin = ref MemoryMarshal.GetReference(bins);
        ref var cells = ref MemoryMarshal.GetReference(counts);
        for (; pairs.Length >= 2; pairs = pairs[2..])
        {
            Vector<double> x = pairs[0], y = pairs[1];
            if (!Vector.EqualsAll(x, x) || !Vector.EqualsAll(y, y))
            {
                nans += CountOneByOne(MemoryMarshal.Cast<Vector<double>, double>(pairs[..2]), counts);
                continue;
            }

            Vector<long> i = Vector<long>.Zero, j = i;
            foreach (var edge in edges)
            {
                // A true comparison is -1.
                var at = new Vector<double>(edge);
                i -= Vector.LessThanOrEqual(at, x);
                j -= Vector.LessThanOrEqual(at, y);
            }

            i.StoreUnsafe(ref bin);
            j.StoreUnsafe(ref bin, (nuint)width);
            // No bound to check: no value is above more edges than there are.
            for (var lane = 0; lane < bins.Length; lane++) Unsafe.Add(ref cells, (nint)Unsafe.Add(ref bin, lane))++;
        }

        var rest = values.Length % (2 * width);
        return nans + CountOneByOne(values[^rest..], counts);
    }

    private long CountOneByOne(ReadOnlySpan<double> values, Span<long> counts)
    {
        var nans = 0L;
        foreach (var value in values)
        {
            if (double.IsNaN(value)) nans++;
            else counts[Search(value)]++;
        }

        return nans;
    }

    // The number of edges at most the value, by binary search without a branch to mispredict.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Search(double value)
    {
        ref var first = ref MemoryMarshal.GetArrayDataReference(_padded);
        nuint index = 0;
        for (var step = (nuint)(_padded.Length + 1) >> 1; step > 0; step >>= 1) index = Next(ref Unsafe.Add(ref first, step - 1), index, value, step);
        return (int)index;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nuint Next(ref double edge, nuint index, double value, nuint step)
    {
        var isAtLeast = Unsafe.Add(ref edge, index) <= value;
        return index + (nuint)Unsafe.As<bool, byte>(ref isAtLeast) * step;
    }
}
