using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace MLOps.Storage.Chunks;

/// <summary>The SHA-256 of a chunk's bytes before compression: its identity. 32 bytes without an allocation, unlike <see cref="Digest"/>.</summary>
[StructLayout(LayoutKind.Sequential)]
readonly record struct ChunkId
{
    public const int Size = 32;

    private readonly ulong _a, _b, _c, _d;

    public static ChunkId Of(ReadOnlySpan<byte> bytes)
    {
        Unsafe.SkipInit(out ChunkId id);
        SHA256.HashData(bytes, MemoryMarshal.AsBytes(new Span<ChunkId>(ref id)));
        return id;
    }

    public static ChunkId Read(ReadOnlySpan<byte> bytes) => MemoryMarshal.Read<ChunkId>(bytes[..Size]);

    public static ChunkId Of(Digest digest)
    {
        Span<byte> bytes = stackalloc byte[Size];
        Convert.FromHexString(digest.Hex, bytes, out _, out _);
        return Read(bytes);
    }

    public void CopyTo(Span<byte> bytes) => MemoryMarshal.Write(bytes, in this);

    public Digest ToDigest()
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        return Digest.FromHash(bytes);
    }

    /// <summary>The last byte: as random as any, so that lists of ids can be cut by it.</summary>
    public byte Last => (byte)(_d >> 56);

    public bool Equals(ChunkId other) => _a == other._a && _b == other._b && _c == other._c && _d == other._d;

    public override int GetHashCode() => (int)_a;

    public override string ToString() => ToDigest().Hex;
}
