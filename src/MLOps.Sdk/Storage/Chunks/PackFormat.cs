using System.Buffers.Binary;
using System.Security.Cryptography;

namespace MLOps.Storage.Chunks;

/// <summary>
/// A pack: many chunks in one immutable blob. <c>MLPK</c>, version 1 and three zeros; the chunks' stored bytes back to back; one
/// <see cref="PackEntry"/> per chunk in their order, and first of all one with the codec 255, which is no chunk: 32 random bytes; then 40 bytes:
/// number of entries (4, little-endian), SHA-256 of the entries (32), <c>KPLM</c>. The pack's name is that SHA-256. The random bytes make it a
/// name that no other pack has: a pack that is about to be deleted, or is damaged, never passes for one that is written now.
/// </summary>
static class PackFormat
{
    public const string Prefix = "chunks/packs/";
    public const int HeaderSize = 8;
    public const int TrailerSize = 40;

    /// <summary>A pack is closed when its chunks reach this: one flush to the disk and one request per so many bytes.</summary>
    public const int Target = 32 << 20;

    private const int LongestChunk = 256 << 20;

    public static ReadOnlySpan<byte> Header => "MLPK\u0001\0\0\0"u8;

    private static ReadOnlySpan<byte> Trailer => "KPLM"u8;

    private const string Suffix = ".pack";

    public static string Key(ChunkId pack) => $"{Prefix}{pack}{Suffix}";

    /// <summary>The name of the pack with a key; null when it is no pack's.</summary>
    public static ChunkId? NameOf(string key) =>
        key.StartsWith(Prefix, StringComparison.Ordinal) && key.EndsWith(Suffix, StringComparison.Ordinal) && Digest.TryParse(key[Prefix.Length..^Suffix.Length], out var name) ? ChunkId.Of(name) : null;

    /// <summary>What makes a new pack's name its own.</summary>
    public static PackEntry Nonce()
    {
        Span<byte> random = stackalloc byte[ChunkId.Size];
        RandomNumberGenerator.Fill(random);
        return new PackEntry(ChunkId.Read(random), HeaderSize, 0, 0, PackEntry.NoChunk);
    }

    /// <summary>The footer of a pack with these entries, and its name.</summary>
    public static (byte[] Footer, ChunkId Name) Footer(IReadOnlyList<PackEntry> entries)
    {
        var footer = new byte[(entries.Count * PackEntry.Size) + TrailerSize];
        for (var i = 0; i < entries.Count; i++) entries[i].CopyTo(footer.AsSpan(i * PackEntry.Size));
        var trailer = footer.AsSpan(entries.Count * PackEntry.Size);
        var name = ChunkId.Of(footer.AsSpan(0, entries.Count * PackEntry.Size));
        BinaryPrimitives.WriteInt32LittleEndian(trailer, entries.Count);
        name.CopyTo(trailer[4..]);
        Trailer.CopyTo(trailer[36..]);
        return (footer, name);
    }

    /// <summary>How many bytes the entries take, from a pack's last 40; null when these are no trailer of a pack of this name and length.</summary>
    public static int? EntriesLength(ReadOnlySpan<byte> trailer, ChunkId name, long packLength)
    {
        if (trailer.Length != TrailerSize || !trailer[36..].SequenceEqual(Trailer) || ChunkId.Read(trailer[4..]) != name) return null;
        var length = (long)BinaryPrimitives.ReadInt32LittleEndian(trailer) * PackEntry.Size;
        return length >= 0 && length <= packLength - HeaderSize - TrailerSize ? (int)length : null;
    }

    /// <summary>The entries; null when they are not those that the name stands for, or one leads out of the pack.</summary>
    public static PackEntry[]? Entries(ReadOnlySpan<byte> bytes, ChunkId name, long packLength)
    {
        if (ChunkId.Of(bytes) != name) return null;
        var entries = new PackEntry[bytes.Length / PackEntry.Size];
        for (var i = 0; i < entries.Length; i++)
        {
            var entry = PackEntry.Read(bytes[(i * PackEntry.Size)..]);
            if (entry.Offset < HeaderSize || entry.Stored < 0 || entry.Length is < 0 or > LongestChunk || entry.Offset + (long)entry.Stored > packLength) return null;
            entries[i] = entry;
        }

        return entries;
    }
}
