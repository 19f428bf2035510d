using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace MLOps.Records;

/// <summary>A SHA-256 hash as 32 bytes: a million of them fit into memory, where digests as text would not.</summary>
[InlineArray(32)]
internal struct Hash : IEquatable<Hash>
{
    private byte _first;

    public static Hash Of(ReadOnlySpan<byte> bytes)
    {
        var hash = default(Hash);
        SHA256.HashData(bytes, hash);
        return hash;
    }

    public static Hash Of(Digest digest)
    {
        var hash = default(Hash);
        Convert.FromHexString(digest.Hex, hash, out _, out _);
        return hash;
    }

    /// <summary>Reads 64 hexadecimal characters, or none for the hash of nothing, which is all zero.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out Hash hash)
    {
        hash = default;
        return utf8.Length == 0 || (utf8.Length == 64 && Convert.FromHexString(utf8, hash, out _, out var written) == System.Buffers.OperationStatus.Done && written == 32);
    }

    public readonly Digest ToDigest() => Digest.FromHash(this);

    public readonly bool Equals(Hash other) => ((ReadOnlySpan<byte>)this).SequenceEqual(other);

    public override readonly bool Equals(object? obj) => obj is Hash other && Equals(other);

    public override readonly int GetHashCode() => BitConverter.ToInt32(this);

    public static bool operator ==(Hash left, Hash right) => left.Equals(right);

    public static bool operator !=(Hash left, Hash right) => !left.Equals(right);
}
