using System.Buffers.Binary;

namespace MLOps.Storage.Chunks;

/// <summary>
/// An index file: the footers of many packs in one blob, so that a store is opened with few requests. <c>MLIX</c>, version 1 and
/// three zeros; for each pack its name (32), length (8) and number of entries (4), little-endian, then its entries; at the
/// end the SHA-256 of all before it, which is also the blob's name. It repeats what packs say: it may be lost.
/// </summary>
static class IndexFile
{
    public const string Prefix = "chunks/index/";

    private const int HeaderSize = 8;
    private const int PackSize = ChunkId.Size + 12;

    private static ReadOnlySpan<byte> Header => "MLIX\u0001\0\0\0"u8;

    public static (string Key, byte[] Bytes) Write(IReadOnlyCollection<KnownPack> packs)
    {
        var bytes = new byte[HeaderSize + packs.Sum(p => PackSize + (p.Entries.Length * PackEntry.Size)) + ChunkId.Size];
        Header.CopyTo(bytes);
        var at = HeaderSize;
        foreach (var pack in packs)
        {
            pack.Name.CopyTo(bytes.AsSpan(at));
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at + ChunkId.Size), pack.Length);
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at + ChunkId.Size + 8), pack.Entries.Length);
            at += PackSize;
            foreach (var entry in pack.Entries)
            {
                entry.CopyTo(bytes.AsSpan(at));
                at += PackEntry.Size;
            }
        }

        var name = ChunkId.Of(bytes.AsSpan(0, at));
        name.CopyTo(bytes.AsSpan(at));
        return ($"{Prefix}{name}.idx", bytes);
    }

    /// <summary>The packs of an index file; null when it is damaged.</summary>
    public static List<KnownPack>? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderSize + ChunkId.Size || !bytes.StartsWith(Header) || ChunkId.Of(bytes[..^ChunkId.Size]) != ChunkId.Read(bytes[^ChunkId.Size..])) return null;
        var packs = new List<KnownPack>();
        bytes = bytes[HeaderSize..^ChunkId.Size];
        while (bytes.Length >= PackSize)
        {
            var name = ChunkId.Read(bytes);
            var length = BinaryPrimitives.ReadInt64LittleEndian(bytes[ChunkId.Size..]);
            var size = (long)BinaryPrimitives.ReadInt32LittleEndian(bytes[(ChunkId.Size + 8)..]) * PackEntry.Size;
            bytes = bytes[PackSize..];
            if (size < 0 || size > bytes.Length || PackFormat.Entries(bytes[..(int)size], name, length) is not { } entries) return null;
            packs.Add(new KnownPack(name, length, entries));
            bytes = bytes[(int)size..];
        }

        return bytes.Length == 0 ? packs : null;
    }
}
