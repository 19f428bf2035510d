using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MLOps.Statistics;

/// <summary>
/// A sample in ascending order without its NaN, made once and used by several tests. The values lie in a pooled array: dispose it.
/// </summary>
/// <remarks>
/// From 2,048 values on by least-significant-digit radix sort of 11-bit digits over the order-preserving image of the bits: O(n), six passes, of which those whose
/// digit is the same everywhere are skipped. Below that the base library's introsort.
/// </remarks>
internal ref struct SortedSample
{
    private const int DigitBits = 11, Digits = 6, Buckets = 1 << DigitBits, RadixFrom = 2048;
    private double[]? _rented;

    public ReadOnlySpan<double> Values { get; private set; }

    public static SortedSample Of(ReadOnlySpan<double> values)
    {
        var rented = ArrayPool<double>.Shared.Rent(Math.Max(values.Length, 1));
        var count = 0;
        foreach (var value in values)
        {
            // Branchless: a NaN is overwritten by its successor. Adding 0 turns -0 into 0.
            rented[count] = value + 0.0;
            count += double.IsNaN(value) ? 0 : 1;
        }

        var kept = rented.AsSpan(0, count);
        if (count < RadixFrom) kept.Sort();
        else Radix(MemoryMarshal.Cast<double, ulong>(kept));
        return new SortedSample { _rented = rented, Values = kept };
    }

    public void Dispose()
    {
        if (_rented is not null) ArrayPool<double>.Shared.Return(_rented);
        _rented = null;
        Values = default;
    }

    private static void Radix(Span<ulong> bits)
    {
        var scratchArray = ArrayPool<ulong>.Shared.Rent(bits.Length);
        var countsArray = ArrayPool<int>.Shared.Rent(Digits * Buckets);
        var counts = countsArray.AsSpan(0, Digits * Buckets);
        counts.Clear();
        for (var i = 0; i < bits.Length; i++)
        {
            var key = bits[i] = ToKey(bits[i]);
            for (var digit = 0; digit < Digits; digit++) counts[digit * Buckets + Digit(key, digit)]++;
        }

        Span<ulong> from = bits, to = scratchArray.AsSpan(0, bits.Length);
        for (var digit = 0; digit < Digits; digit++)
        {
            var starts = counts.Slice(digit * Buckets, Buckets);
            if (starts[Digit(from[0], digit)] == from.Length) continue;
            var sum = 0;
            for (var bucket = 0; bucket < Buckets; bucket++) (starts[bucket], sum) = (sum, sum + starts[bucket]);
            foreach (var key in from) to[starts[Digit(key, digit)]++] = key;
            var swapped = from;
            from = to;
            to = swapped;
        }

        for (var i = 0; i < bits.Length; i++) bits[i] = FromKey(from[i]);
        ArrayPool<int>.Shared.Return(countsArray);
        ArrayPool<ulong>.Shared.Return(scratchArray);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Digit(ulong key, int digit) => (int)(key >> (digit * DigitBits)) & (Buckets - 1);

    // Negative numbers order backwards as bits: flip all of theirs, and only the sign of the others.
    private static ulong ToKey(ulong bits) => bits ^ ((ulong)((long)bits >> 63) | 0x8000_0000_0000_0000);

    private static ulong FromKey(ulong key) => key ^ ((ulong)((long)~key >> 63) | 0x8000_0000_0000_0000);
}
