using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLOps.Statistics;

public readonly partial record struct Moments
{
    private const int WideBlock = 8192;

    private static Moments OfWideBlocks(ReadOnlySpan<double> values)
    {
        var result = Empty;
        for (var start = 0; start < values.Length; start += WideBlock)
        {
            var block = values[start..Math.Min(values.Length, start + WideBlock)];
            result += OfWideBlock(block, result.Count > 0 ? result.Mean : block[0]);
        }

        return result;
    }

    // One pass over a block, around a shift that is near its mean: the squares around the shift less count * (mean - shift)^2 are those around the mean. Where the shift is
    // further off than the values spread, the difference would lose digits, and the squares are summed again around the mean itself.
    private static Moments OfWideBlock(ReadOnlySpan<double> block, double shift)
    {
        var vectors = MemoryMarshal.Cast<double, Vector512<double>>(block);
        if (vectors.Length == 0 || !double.IsFinite(shift)) return OfBlocks(block);
        // Four sums at a time: one alone waits for its own last addition. Native minimum: a NaN shows in the sum, so that its order does not matter here.
        Vector512<double> around = Vector512.Create(shift), s0 = Vector512<double>.Zero, s1 = s0, s2 = s0, s3 = s0, q0 = s0, q1 = s0, q2 = s0, q3 = s0;
        Vector512<double> min = vectors[0], max = min, min1 = min, max1 = min;
        var i = 0;
        for (; i + 4 <= vectors.Length; i += 4)
        {
            Vector512<double> a = vectors[i], b = vectors[i + 1], c = vectors[i + 2], d = vectors[i + 3];
            min = Vector512.MinNative(min, a);
            max = Vector512.MaxNative(max, a);
            min1 = Vector512.MinNative(min1, b);
            max1 = Vector512.MaxNative(max1, b);
            min = Vector512.MinNative(min, c);
            max = Vector512.MaxNative(max, c);
            min1 = Vector512.MinNative(min1, d);
            max1 = Vector512.MaxNative(max1, d);
            (a, b, c, d) = (a - around, b - around, c - around, d - around);
            (s0, s1, s2, s3) = (s0 + a, s1 + b, s2 + c, s3 + d);
            q0 = Vector512.FusedMultiplyAdd(a, a, q0);
            q1 = Vector512.FusedMultiplyAdd(b, b, q1);
            q2 = Vector512.FusedMultiplyAdd(c, c, q2);
            q3 = Vector512.FusedMultiplyAdd(d, d, q3);
        }

        (min, max) = (Vector512.MinNative(min, min1), Vector512.MaxNative(max, max1));
        for (; i < vectors.Length; i++)
        {
            min = Vector512.MinNative(min, vectors[i]);
            max = Vector512.MaxNative(max, vectors[i]);
            var a = vectors[i] - around;
            s0 += a;
            q0 = Vector512.FusedMultiplyAdd(a, a, q0);
        }

        double total = Vector512.Sum(s0 + s1 + (s2 + s3)), squares = Vector512.Sum(q0 + q1 + (q2 + q3));
        // A NaN or an infinity shows in the sum; such a block is taken in smaller ones.
        if (!double.IsFinite(total)) return OfBlocks(block);
        var count = vectors.Length * Vector512<double>.Count;
        double offset = total / count, mean = shift + offset, lost = offset * total;
        squares = double.IsFinite(squares) && lost <= squares / 2 ? squares - lost : SquaresAround(new Vector<double>(mean), MemoryMarshal.Cast<Vector512<double>, Vector<double>>(vectors));
        double low = min[0], high = max[0];
        for (var lane = 1; lane < Vector512<double>.Count; lane++) (low, high) = (Math.Min(low, min[lane]), Math.Max(high, max[lane]));
        var whole = new Moments(count, mean, squares, low, high, 0, 0);
        return count == block.Length ? whole : whole + OneByOne(block[count..]);
    }
}
