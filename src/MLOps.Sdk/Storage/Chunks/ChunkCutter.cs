using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MLOps.Storage.Chunks;

/// <summary>
/// Cuts bytes into chunks where their content says so: FastCDC's normalised chunking with the Gear hash (Xia et al., "FastCDC: a
/// Fast and Efficient Content-Defined Chunking Approach for Data Deduplication", USENIX ATC 2016). Equal runs of bytes
/// give equal chunks wherever they stand, so an insertion changes the chunks around it only.
/// </summary>
/// <remarks>
/// The hash is <c>h = 2h + word[byte]</c> over 64 bits; it forgets a byte after 64 others and is warmed by the 64 bytes before
/// the first legal cut. A cut is made behind the byte where the top 18 bits are zero, from <see cref="Normal"/> on where the top 14 are.
/// </remarks>
static class ChunkCutter
{
    /// <summary>No chunk but a file's last one is shorter.</summary>
    public const int Min = 16 << 10;

    /// <summary>Before this length a cut is made rarely, behind it often: most chunks are about as long.</summary>
    public const int Normal = 64 << 10;

    /// <summary>No chunk is longer.</summary>
    public const int Max = 256 << 10;

    private const int Warmth = 64;
    private const int Rare = 64 - 18;
    private const int Often = 64 - 14;

    /// <summary>The length of the first chunk of some bytes, which must be <see cref="Max"/> of them unless they are a file's last.</summary>
    public static int Next(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= Min) return bytes.Length;
        ref var words = ref MemoryMarshal.GetArrayDataReference(GearTable.Words);
        ref var data = ref MemoryMarshal.GetReference(bytes);
        nint at = Min - Warmth, end = Math.Min(bytes.Length, Max), middle = Math.Min(end, Normal);
        ulong hash = 0;
        for (; at < Min; at++) hash = (hash << 1) + Unsafe.Add(ref words, Unsafe.Add(ref data, at));
        return (int)(Scan(ref data, ref words, ref at, middle, ref hash, Rare) || Scan(ref data, ref words, ref at, end, ref hash, Often) ? at : end);
    }

    /// <summary>Goes on to behind the next byte where the hash is below 2^<paramref name="bits"/>; false when there is none before the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Scan(ref byte data, ref ulong words, ref nint at, nint end, ref ulong hash, int bits)
    {
        var h = hash;
        var i = at;
        var limit = 1UL << bits;
        for (; i + 4 <= end; i += 4)
        {
            h = (h << 1) + Unsafe.Add(ref words, Unsafe.Add(ref data, i));
            if (h < limit) return Cut(ref at, i + 1);
            h = (h << 1) + Unsafe.Add(ref words, Unsafe.Add(ref data, i + 1));
            if (h < limit) return Cut(ref at, i + 2);
            h = (h << 1) + Unsafe.Add(ref words, Unsafe.Add(ref data, i + 2));
            if (h < limit) return Cut(ref at, i + 3);
            h = (h << 1) + Unsafe.Add(ref words, Unsafe.Add(ref data, i + 3));
            if (h < limit) return Cut(ref at, i + 4);
        }

        for (; i < end; i++)
        {
            h = (h << 1) + Unsafe.Add(ref words, Unsafe.Add(ref data, i));
            if (h < limit) return Cut(ref at, i + 1);
        }

        at = end;
        hash = h;
        return false;
    }

    private static bool Cut(ref nint at, nint where)
    {
        at = where;
        return true;
    }
}
