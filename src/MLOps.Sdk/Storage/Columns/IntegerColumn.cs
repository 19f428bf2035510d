using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;

namespace MLOps.Storage.Columns;

/// <summary>
/// Whole numbers packed by their differences. One byte is the order k, 0 to 4, that was found to give the fewest bits: numbers that count up
/// evenly have second differences of zero, a smooth curve has small fourth ones. Then k seeds as varints (the first number, the first
/// difference, …), then the k-th differences of the rest, zigzag, in groups of 32: a byte with the bits each takes, 0 to 64, and
/// the bits, low ones first. Everything wraps at 64 bits, so that any numbers come back. O(n).
/// </summary>
internal static class IntegerColumn
{
    private const int Group = 32, MaxOrder = 4;

    /// <summary>The most bytes that a column takes.</summary>
    public static int MaxBytes(int count) => 1 + (MaxOrder * Varint.MaxBytes) + (count * sizeof(long)) + ((count + Group - 1) / Group) + sizeof(ulong);

    /// <summary>Writes a column and gives where it ends. The numbers are used as working space.</summary>
    public static int Write(Span<byte> to, int at, Span<long> numbers)
    {
        var order = BestOrder(numbers);
        to[at++] = (byte)order;
        Difference(numbers, 1, order);
        for (var i = 0; i < Math.Min(order, numbers.Length); i++) at = Varint.Write(to, at, Varint.ZigZag(numbers[i]));
        for (var start = order; start < numbers.Length; start += Group)
        {
            var group = numbers[start..Math.Min(start + Group, numbers.Length)];
            var width = Width(group);
            to[at++] = (byte)width;
            at = Pack(to, at, group, width);
        }

        return at;
    }

    /// <summary>Reads a column into <paramref name="numbers"/>; false when the bytes are none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> from, ref int at, Span<long> numbers)
    {
        if (at >= from.Length || from[at] > MaxOrder) return false;
        int order = from[at++];
        for (var i = 0; i < Math.Min(order, numbers.Length); i++)
        {
            if (!Varint.TryRead(from, ref at, out var seed)) return false;
            numbers[i] = Varint.UnZigZag(seed);
        }

        for (var start = order; start < numbers.Length; start += Group)
        {
            var group = numbers[start..Math.Min(start + Group, numbers.Length)];
            if (at >= from.Length || from[at] > 64) return false;
            int width = from[at++], length = ((group.Length * width) + 7) / 8;
            if (length > from.Length - at) return false;
            Unpack(from[at..], length, group, width);
            at += length;
        }

        for (var pass = Math.Min(order, numbers.Length); pass >= 1; pass--)
        {
            var sum = numbers[pass - 1];
            for (var i = pass; i < numbers.Length; i++) numbers[i] = sum = unchecked(sum + numbers[i]);
        }

        return true;
    }

    private static int BestOrder(ReadOnlySpan<long> numbers)
    {
        // A long column is judged by its beginning and its end.
        const int Judged = 256;
        var scratch = ArrayPool<long>.Shared.Rent(2 * Judged);
        try
        {
            var sample = scratch.AsSpan(0, Math.Min(numbers.Length, 2 * Judged));
            numbers[..(sample.Length - (sample.Length / 2))].CopyTo(sample);
            numbers[^(sample.Length / 2)..].CopyTo(sample[(sample.Length - (sample.Length / 2))..]);
            var (best, least) = (0, Cost(sample, 0));
            for (var order = 1; order <= MaxOrder; order++)
            {
                Difference(sample, order, order);
                var cost = Cost(sample, order);
                if (cost < least) (best, least) = (order, cost);
            }

            return best;
        }
        finally
        {
            ArrayPool<long>.Shared.Return(scratch);
        }
    }

    private static int Cost(ReadOnlySpan<long> numbers, int order)
    {
        var bits = 0;
        for (var i = 0; i < Math.Min(order, numbers.Length); i++) bits += 8 * ((71 - BitOperations.LeadingZeroCount(Varint.ZigZag(numbers[i]) | 1)) / 7);
        for (var start = order; start < numbers.Length; start += Group)
        {
            var group = numbers[start..Math.Min(start + Group, numbers.Length)];
            bits += 8 + (Width(group) * group.Length);
        }

        return bits;
    }

    /// <summary>Takes differences again and again: the pass p leaves the first p numbers, which are the seeds.</summary>
    private static void Difference(Span<long> numbers, int from, int to)
    {
        for (var pass = from; pass <= to; pass++)
        {
            if (numbers.Length < pass) return;
            var before = numbers[pass - 1];
            for (var i = pass; i < numbers.Length; i++)
            {
                var number = numbers[i];
                numbers[i] = unchecked(number - before);
                before = number;
            }
        }
    }

    private static int Width(ReadOnlySpan<long> group)
    {
        ulong any = 0;
        foreach (var number in group) any |= Varint.ZigZag(number);
        return 64 - BitOperations.LeadingZeroCount(any);
    }

    private static int Pack(Span<byte> to, int at, ReadOnlySpan<long> group, int width)
    {
        if (width == 0) return at;
        UInt128 waiting = 0;
        var bits = 0;
        foreach (var number in group)
        {
            waiting |= (UInt128)Varint.ZigZag(number) << bits;
            bits += width;
            if (bits < 64) continue;
            BinaryPrimitives.WriteUInt64LittleEndian(to[at..], (ulong)waiting);
            at += sizeof(ulong);
            waiting >>= 64;
            bits -= 64;
        }

        for (; bits > 0; bits -= 8, waiting >>= 8) to[at++] = (byte)waiting;
        return at;
    }

    private static void Unpack(ReadOnlySpan<byte> from, int length, Span<long> group, int width)
    {
        if (width == 0)
        {
            group.Clear();
            return;
        }

        // Eight bytes are read at once, and nine for the widest: what stands at the very end of a block gets room behind it.
        if (from.Length < length + sizeof(ulong) + 1)
        {
            Span<byte> room = stackalloc byte[(Group * sizeof(ulong)) + sizeof(ulong) + 1];
            room.Clear();
            from[..length].CopyTo(room);
            Unpack(room, group, width);
        }
        else Unpack(from, group, width);
    }

    private static void Unpack(ReadOnlySpan<byte> from, Span<long> group, int width)
    {
        var mask = width == 64 ? ulong.MaxValue : (1UL << width) - 1;
        for (int i = 0, bit = 0; i < group.Length; i++, bit += width)
        {
            var (at, shift) = (bit >> 3, bit & 7);
            var bits = BinaryPrimitives.ReadUInt64LittleEndian(from[at..]) >> shift;
            if (shift + width > 64) bits |= (ulong)from[at + sizeof(ulong)] << (64 - shift);
            group[i] = Varint.UnZigZag(bits & mask);
        }
    }
}
