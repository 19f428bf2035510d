using System.Buffers;
using System.IO.Compression;

namespace MLOps.Storage.Chunks;

/// <summary>Compresses chunks where it pays, and makes them whole again.</summary>
static class Compressor
{
    private const int Probe = 4096;
    // 2 makes columns of numbers a quarter smaller than 1 does and takes twice its time; above it time doubles again for nothing.
    private const int BrotliQuality = 2;
    private const int BrotliWindow = 18;

    /// <summary>The compressed bytes in a rented buffer, or null when they would not be a tenth shorter: then the bytes stay as they are.</summary>
    /// <param name="codec">The wish.</param>
    /// <param name="bytes">The chunk.</param>
    /// <param name="written">How many bytes of the buffer count.</param>
    public static byte[]? TryCompress(Compression codec, ReadOnlySpan<byte> bytes, out int written)
    {
        written = 0;
        if (codec == Compression.None || bytes.Length < 64) return null;
        var buffer = ArrayPool<byte>.Shared.Rent(bytes.Length);
        // Of a long chunk a piece of its middle says whether the rest is worth the time.
        var pays = (bytes.Length <= 2 * Probe || Shrinks(codec, bytes.Slice(bytes.Length / 2, Probe), buffer, out _)) && Shrinks(codec, bytes, buffer, out written);
        if (pays) return buffer;
        ArrayPool<byte>.Shared.Return(buffer);
        return null;
    }

    /// <summary>Decompresses a chunk; false when the bytes are not a chunk of this length.</summary>
    public static bool TryDecompress(Compression codec, ReadOnlyMemory<byte> stored, Span<byte> into)
    {
        switch (codec)
        {
            case Compression.None:
                if (stored.Length != into.Length) return false;
                stored.Span.CopyTo(into);
                return true;
            case Compression.Brotli:
                return BrotliDecoder.TryDecompress(stored.Span, into, out var written) && written == into.Length;
            case Compression.Zlib:
                try
                {
                    using var zlib = new ZLibStream(new SegmentStream([stored.ToArray()], stored.Length), CompressionMode.Decompress);
                    return zlib.ReadAtLeast(into, into.Length, throwOnEndOfStream: false) == into.Length && zlib.ReadByte() < 0;
                }
                catch (InvalidDataException)
                {
                    return false;
                }

            default:
                return false;
        }
    }

    private static bool Shrinks(Compression codec, ReadOnlySpan<byte> bytes, byte[] into, out int written)
    {
        var most = bytes.Length - (bytes.Length / 10);
        if (codec == Compression.Brotli)
            return BrotliEncoder.TryCompress(bytes, into.AsSpan(0, most), out written, BrotliQuality, BrotliWindow);
        using var target = new MemoryStream(into, 0, most);
        try
        {
            using (var zlib = new ZLibStream(target, CompressionLevel.Fastest, leaveOpen: true)) zlib.Write(bytes);
        }
        catch (NotSupportedException)
        {
            // The room that would have paid is used up.
            written = 0;
            return false;
        }

        written = (int)target.Position;
        return true;
    }
}
