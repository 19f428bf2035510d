using System.Buffers;

namespace MLOps.Statistics;

public sealed partial class KllSketch
{
    /// <summary>Adds what another sketch has seen, in microseconds; that sketch stays as it is. Any k; the rank error becomes that of the smaller one.</summary>
    /// <remarks>Count, NaN, minimum and maximum are equal in any merge order; the kept values are within the error bound in any order. O(k).</remarks>
    public void Merge(KllSketch other)
    {
        ArgumentNullException.ThrowIfNull(other);
        NaNCount = checked(NaNCount + other.NaNCount);
        if (other.Count == 0) return;
        Count = checked(Count + other.Count);
        _view = null;
        _min = Math.Min(_min, other._min);
        _max = Math.Max(_max, other._max);
        if (other._levels > 1) _minK = Math.Min(_minK, other._minK);
        var size = Retained + other.Retained;
        var pool = ArrayPool<double>.Shared;
        double[] result = pool.Rent(size), carry = pool.Rent(size), scratch = pool.Rent(size);
        MergeLevels(other, size, result, carry, scratch);
        pool.Return(result);
        pool.Return(carry);
        pool.Return(scratch);
    }

    private ReadOnlySpan<double> Level(int level) => level < _levels ? _items.AsSpan(_starts[level], _starts[level + 1] - _starts[level]) : [];

    // One sweep from level 0 up: a level of both sketches, with what came up from below, is halved while the whole is too large and the level holds its share. A sweep that
    // halves every such level leaves each below its share, so that the whole fits.
    private void MergeLevels(KllSketch other, int total, Span<double> result, Span<double> carry, Span<double> scratch)
    {
        Span<int> sizes = stackalloc int[MaxLevels + 1];
        var (levels, written, carried) = (Math.Max(_levels, other._levels), 0, 0);
        for (var level = 0; level < levels; level++)
        {
            ReadOnlySpan<double> mine = Level(level), theirs = other.Level(level);
            var values = result.Slice(written, mine.Length + theirs.Length + carried);
            if (level == 0)
            {
                mine.CopyTo(values);
                theirs.CopyTo(values[mine.Length..]);
            }
            else
            {
                var both = scratch[..(mine.Length + theirs.Length)];
                RunSort.Merge(mine, theirs, both);
                RunSort.Merge(both, carry[..carried], values);
            }

            carried = 0;
            sizes[level] = values.Length;
            if (total > Capacity(levels) && values.Length >= _widths[levels - 1 - level])
            {
                if (level == levels - 1) levels++;
                sizes[level] = values.Length & 1;
                values = values[sizes[level]..];
                if (level == 0) RunSort.Sort(values, scratch);
                carried = values.Length / 2;
                var offset = (int)(_random.Next() >> 63);
                for (var i = 0; i < carried; i++) carry[i] = values[2 * i + offset];
                total -= carried;
            }

            written += sizes[level];
        }

        _levels = levels;
        _floor = _items.Length - Capacity(levels);
        result[..written].CopyTo(_items.AsSpan(_items.Length - written));
        _starts[levels] = _items.Length;
        for (var level = levels - 1; level >= 0; level--) _starts[level] = _starts[level + 1] - sizes[level];
    }
}
