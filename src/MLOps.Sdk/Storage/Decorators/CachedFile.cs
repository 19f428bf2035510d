using System.Buffers.Binary;
using System.Security.Cryptography;

namespace MLOps.Storage.Decorators;

/// <summary>
/// One cached blob as a file: its bytes, the SHA-256 of every 64 KiB of them, and a foot of 44 bytes: <c>MLC1</c>, the length of the blob, and
/// the SHA-256 of hashes, length and the blob's key. So each piece is verified as it is read, wherever reading begins.
/// </summary>
internal static class CachedFile
{
    public const int PieceBytes = 64 * 1024, FootBytes = 4 + sizeof(long) + SHA256.HashSizeInBytes;

    /// <summary>Writes the bytes of a blob and what proves them.</summary>
    /// <returns>The length of the file.</returns>
    public static async ValueTask<long> WriteAsync(FileStream file, string key, Stream content, CancellationToken cancellationToken)
    {
        var hashes = new MemoryStream();
        var piece = new byte[PieceBytes];
        long length = 0;
        int read;
        do
        {
            read = await content.ReadAtLeastAsync(piece, piece.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            if (read == 0) break;
            await file.WriteAsync(piece.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            hashes.Write(SHA256.HashData(piece.AsSpan(0, read)));
            length += read;
        }
        while (read == piece.Length);

        var foot = new byte[FootBytes];
        "MLC1"u8.CopyTo(foot);
        BinaryPrimitives.WriteInt64LittleEndian(foot.AsSpan(4), length);
        Proof(hashes.GetBuffer().AsSpan(0, (int)hashes.Length), length, key).CopyTo(foot.AsSpan(12));
        hashes.Write(foot);
        await file.WriteAsync(hashes.GetBuffer().AsMemory(0, (int)hashes.Length), cancellationToken).ConfigureAwait(false);
        return length + hashes.Length;
    }

    /// <summary>Reads what proves the bytes of a file; null when the file is no sound one of this blob.</summary>
    public static async ValueTask<(long Length, byte[] Hashes)?> ProofAsync(FileStream file, string key, CancellationToken cancellationToken)
    {
        var foot = new byte[FootBytes];
        if (file.Length < FootBytes || await FillAsync(file, file.Length - FootBytes, foot, cancellationToken).ConfigureAwait(false) < FootBytes || !foot.AsSpan(0, 4).SequenceEqual("MLC1"u8)) return null;
        var length = BinaryPrimitives.ReadInt64LittleEndian(foot.AsSpan(4));
        if (length < 0 || length > file.Length) return null;
        var hashes = new byte[(length + PieceBytes - 1) / PieceBytes * SHA256.HashSizeInBytes];
        if (file.Length != length + hashes.Length + FootBytes || await FillAsync(file, length, hashes, cancellationToken).ConfigureAwait(false) < hashes.Length) return null;
        return Proof(hashes, length, key).AsSpan().SequenceEqual(foot.AsSpan(12)) ? (length, hashes) : null;
    }

    /// <summary>Reads as many bytes from a place on as there are, up to the buffer's length.</summary>
    public static async ValueTask<int> FillAsync(FileStream file, long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var filled = 0;
        while (filled < buffer.Length && await RandomAccess.ReadAsync(file.SafeFileHandle, buffer[filled..], offset + filled, cancellationToken).ConfigureAwait(false) is var read and > 0) filled += read;
        return filled;
    }

    private static byte[] Proof(ReadOnlySpan<byte> hashes, long length, string key)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(hashes);
        Span<byte> number = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(number, length);
        hash.AppendData(number);
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes(key));
        return hash.GetHashAndReset();
    }
}
