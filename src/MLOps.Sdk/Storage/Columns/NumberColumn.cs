using System.Buffers;
using System.Runtime.InteropServices;

namespace MLOps.Storage.Columns;

/// <summary>
/// Doubles packed without losing a bit. One byte says how: 0 to 15, they are whole numbers divided by that power of ten, which is what
/// people log as 0.125 or 97; <see cref="Ordered"/>, their bits as whole numbers in the order of their values, whose differences are small on a
/// smooth curve; both as an <see cref="IntegerColumn"/>. <see cref="Plain"/>: 8 little-endian bytes each, when nothing was gained. O(n).
/// </summary>
/// <remarks>Whole numbers over a power of ten are the idea of ALP (Afroozeh et al. 2023); here a column is taken so only when every value of it comes back.</remarks>
internal static class NumberColumn
{
    private const byte Ordered = 16, Plain = 17;
    private const double Exact = 1L << 53;

    private static readonly double[] s_tens = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

    public static int MaxBytes(int count) => 1 + Math.Max(IntegerColumn.MaxBytes(count), count * sizeof(double));

    /// <summary>Writes a column and gives where it ends.</summary>
    public static int Write(Span<byte> to, int at, ReadOnlySpan<double> values)
    {
        var rented = ArrayPool<long>.Shared.Rent(values.Length);
        try
        {
            var whole = rented.AsSpan(0, values.Length);
            var end = at;
            if (Exponent(values) is >= 0 and var exponent && TryScale(values, exponent, whole))
            {
                to[at] = (byte)exponent;
                end = IntegerColumn.Write(to, at + 1, whole);
                // What costs so little need not be tried another way.
                if (end - at <= 2 * values.Length) return end;
            }

            var ordered = at;
            var first = end > at ? to[at..end].ToArray() : null;
            for (var i = 0; i < values.Length; i++) whole[i] = Order(BitConverter.DoubleToInt64Bits(values[i]));
            to[ordered] = Ordered;
            ordered = IntegerColumn.Write(to, ordered + 1, whole);
            if (first is not null && first.Length <= ordered - at)
            {
                first.CopyTo(to[at..]);
                return at + first.Length;
            }

            if (ordered - at <= values.Length * sizeof(double)) return ordered;
            to[at++] = Plain;
            for (var i = 0; i < values.Length; i++, at += sizeof(double)) System.Buffers.Binary.BinaryPrimitives.WriteDoubleLittleEndian(to[at..], values[i]);
            return at;
        }
        finally
        {
            ArrayPool<long>.Shared.Return(rented);
        }
    }

    /// <summary>Reads a column into <paramref name="values"/>; false when the bytes are none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> from, ref int at, Span<double> values)
    {
        if (at >= from.Length || from[at] > Plain) return false;
        var kind = from[at++];
        if (kind == Plain)
        {
            if (from.Length - at < values.Length * sizeof(double)) return false;
            for (var i = 0; i < values.Length; i++, at += sizeof(double)) values[i] = System.Buffers.Binary.BinaryPrimitives.ReadDoubleLittleEndian(from[at..]);
            return true;
        }

        // The whole numbers are read to where the doubles will stand.
        var whole = MemoryMarshal.Cast<double, long>(values);
        if (!IntegerColumn.TryRead(from, ref at, whole)) return false;
        if (kind == Ordered)
        {
            for (var i = 0; i < whole.Length; i++) whole[i] = Order(whole[i]);
            return true;
        }

        var ten = s_tens[kind];
        for (var i = 0; i < whole.Length; i++) values[i] = whole[i] / ten;
        return true;
    }

    /// <summary>Bits of a double to a whole number in the order of the values, and back.</summary>
    private static long Order(long bits) => bits ^ ((bits >> 63) & long.MaxValue);

    /// <summary>The smallest power of ten that makes some of the values whole; -1 when there is none.</summary>
    private static int Exponent(ReadOnlySpan<double> values)
    {
        var exponent = 0;
        var between = Math.Max(1, values.Length / 16);
        for (var i = 0; i < values.Length; i += between)
            while (!TryScale(values[i], s_tens[exponent], out _))
                if (++exponent == s_tens.Length) return -1;
        return exponent;
    }

    private static bool TryScale(ReadOnlySpan<double> values, int exponent, Span<long> whole)
    {
        var ten = s_tens[exponent];
        for (var i = 0; i < values.Length; i++)
            if (!TryScale(values[i], ten, out whole[i])) return false;
        return true;
    }

    private static bool TryScale(double value, double ten, out long whole)
    {
        var scaled = Math.Round(value * ten);
        whole = 0;
        // Also false for NaN. A negative zero does not come back, nor does what needs more than 53 bits.
        if (!(Math.Abs(scaled) < Exact)) return false;
        whole = (long)scaled;
        return BitConverter.DoubleToInt64Bits(whole / ten) == BitConverter.DoubleToInt64Bits(value);
    }
}
