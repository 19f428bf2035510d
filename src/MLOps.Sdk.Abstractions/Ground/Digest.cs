using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace MLOps;

/// <summary>A SHA-256 digest: the identity of content. Two equal digests mean equal bytes.</summary>
public readonly record struct Digest : IComparable<Digest>
{
    private readonly string? _hex;

    private Digest(string hex) => _hex = hex;

    /// <summary>64 lower-case hexadecimal characters; empty for the default value.</summary>
    public string Hex => _hex ?? string.Empty;

    /// <summary>True for the default value, which is the digest of nothing.</summary>
    public bool IsEmpty => _hex is null;

    /// <summary>Hashes <paramref name="bytes"/>.</summary>
    public static Digest Of(ReadOnlySpan<byte> bytes) => FromHash(SHA256.HashData(bytes));

    /// <summary>Hashes the UTF-8 bytes of <paramref name="text"/>.</summary>
    public static Digest Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    /// <summary>Hashes what is left of <paramref name="stream"/>.</summary>
    public static async ValueTask<Digest> OfAsync(Stream stream, CancellationToken cancellationToken = default) =>
        FromHash(await SHA256.HashDataAsync(stream, cancellationToken).ConfigureAwait(false));

    /// <summary>Wraps a finished 32-byte SHA-256 hash.</summary>
    /// <exception cref="MLOpsInvalidException">The hash is not 32 bytes long.</exception>
    public static Digest FromHash(ReadOnlySpan<byte> hash) => hash.Length == 32
        ? new(Convert.ToHexStringLower(hash))
        : throw new MLOpsInvalidException($"A SHA-256 hash has 32 bytes, this one has {hash.Length}.");

    /// <summary>Reads 64 lower-case hexadecimal characters.</summary>
    /// <exception cref="MLOpsInvalidException">The text is something else.</exception>
    public static Digest Parse(string text) => TryParse(text, out var digest)
        ? digest
        : throw new MLOpsInvalidException($"'{Name.Shown(text)}' is not a digest: 64 lower-case hexadecimal characters are expected.");

    /// <summary>Reads 64 lower-case hexadecimal characters; false when the text is something else.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Digest digest)
    {
        digest = default;
        if (text is not { Length: 64 }) return false;
        foreach (var c in text)
            if (!char.IsAsciiHexDigitLower(c)) return false;
        digest = new(text);
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(Digest other) => string.CompareOrdinal(Hex, other.Hex);

    /// <inheritdoc/>
    public override string ToString() => Hex;

    /// <summary>Ordinal order of the hexadecimal text.</summary>
    public static bool operator <(Digest left, Digest right) => left.CompareTo(right) < 0;

    /// <summary>Ordinal order of the hexadecimal text.</summary>
    public static bool operator >(Digest left, Digest right) => left.CompareTo(right) > 0;

    /// <summary>Ordinal order of the hexadecimal text.</summary>
    public static bool operator <=(Digest left, Digest right) => left.CompareTo(right) <= 0;

    /// <summary>Ordinal order of the hexadecimal text.</summary>
    public static bool operator >=(Digest left, Digest right) => left.CompareTo(right) >= 0;
}
