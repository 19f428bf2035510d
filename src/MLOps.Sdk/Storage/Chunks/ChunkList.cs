using System.Buffers.Binary;

namespace MLOps.Storage.Chunks;

/// <summary>
/// What a long content consists of: <c>MLCL</c>, version 1, level, two zeros; then 40 bytes per part: its id (32) and its length (8,
/// little-endian). The parts of level 0 are chunks, those of a higher level are lists one level lower. A list ends behind a part whose
/// id ends in a zero byte, so that appending to a long content writes its last lists only.
/// </summary>
static class ChunkList
{
    public const int HeaderSize = 8;
    public const int PartSize = ChunkId.Size + 8;
    public const int MaxLevel = 8;

    private static ReadOnlySpan<byte> Magic => "MLCL\u0001"u8;

    public static byte[] Write(int level, IReadOnlyList<ChunkPart> parts)
    {
        var bytes = new byte[HeaderSize + (parts.Count * PartSize)];
        Magic.CopyTo(bytes);
        bytes[5] = (byte)level;
        for (var i = 0; i < parts.Count; i++)
        {
            parts[i].Id.CopyTo(bytes.AsSpan(HeaderSize + (i * PartSize)));
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(HeaderSize + (i * PartSize) + ChunkId.Size), parts[i].Length);
        }

        return bytes;
    }

    /// <exception cref="MLOpsIntegrityException">The bytes are no list.</exception>
    public static (int Level, ChunkPart[] Parts) Read(ChunkId id, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderSize || !bytes.StartsWith(Magic) || bytes[5] > MaxLevel || (bytes.Length - HeaderSize) % PartSize != 0) throw Broken(id);
        var parts = new ChunkPart[(bytes.Length - HeaderSize) / PartSize];
        for (var i = 0; i < parts.Length; i++)
        {
            var part = bytes[(HeaderSize + (i * PartSize))..];
            parts[i] = new ChunkPart(ChunkId.Read(part), BinaryPrimitives.ReadInt64LittleEndian(part[ChunkId.Size..]));
            if (parts[i].Length < 0) throw Broken(id);
        }

        return (bytes[5], parts);
    }

    public static MLOpsIntegrityException Broken(ChunkId id) => new($"The chunk {id} is not a list of chunks, as something says that names it. Restore the store from a backup.", id.ToString());
}
