using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLOps.Statistics;

/// <summary>MurmurHash3 x64 128 (Appleby 2011, public domain): the hash that Apache DataSketches counts distinct values with, and the check sum of <see cref="SketchEnvelope"/>.</summary>
internal static class Murmur3
{
    private const ulong C1 = 0x87C3_7B91_1142_53D5, C2 = 0x4CF5_AD43_2745_937F;

    /// <summary>The hash of bytes; O(n).</summary>
    public static (ulong Low, ulong High) Of(ReadOnlySpan<byte> bytes, ulong seed)
    {
        ulong h1 = seed, h2 = seed;
        var rest = bytes;
        for (; rest.Length >= 16; rest = rest[16..])
        {
            h1 = BitOperations.RotateLeft(h1 ^ First(BinaryPrimitives.ReadUInt64LittleEndian(rest)), 27) + h2;
            h1 = h1 * 5 + 0x52DC_E729;
            h2 = BitOperations.RotateLeft(h2 ^ Second(BinaryPrimitives.ReadUInt64LittleEndian(rest[8..])), 31) + h1;
            h2 = h2 * 5 + 0x3849_5AB5;
        }

        // What is left, padded with zeros: a zero word leaves the state as it is, as the definition's missing word does.
        Span<byte> tail = stackalloc byte[16];
        tail.Clear();
        rest.CopyTo(tail);
        h1 ^= First(BinaryPrimitives.ReadUInt64LittleEndian(tail));
        h2 ^= Second(BinaryPrimitives.ReadUInt64LittleEndian(tail[8..]));
        return Finish(h1, h2, (ulong)bytes.Length);
    }

    /// <summary>The hash of the eight little-endian bytes of a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (ulong Low, ulong High) Of(ulong value, ulong seed) => Finish(seed ^ First(value), seed, 8);

    private static ulong First(ulong word) => BitOperations.RotateLeft(word * C1, 31) * C2;

    private static ulong Second(ulong word) => BitOperations.RotateLeft(word * C2, 33) * C1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (ulong Low, ulong High) Finish(ulong h1, ulong h2, ulong length)
    {
        h1 ^= length;
        h2 ^= length;
        h1 += h2;
        h2 += h1;
        h1 = Mix(h1);
        h2 = Mix(h2);
        h1 += h2;
        return (h1, h2 + h1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong word)
    {
        word = (word ^ (word >> 33)) * 0xFF51_AFD7_ED55_8CCD;
        word = (word ^ (word >> 33)) * 0xC4CE_B9FE_1A85_EC53;
        return word ^ (word >> 33);
    }
}
