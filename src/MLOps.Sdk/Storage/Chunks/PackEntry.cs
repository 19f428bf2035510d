using System.Buffers.Binary;

namespace MLOps.Storage.Chunks;

/// <summary>One chunk in a pack's footer: 48 bytes, little-endian: id (32), offset (4), stored length (4), length (4), codec (1), three zeros.</summary>
readonly record struct PackEntry(ChunkId Id, uint Offset, int Stored, int Length, Compression Codec)
{
    public const int Size = 48;

    /// <summary>The codec of the entry that only makes a pack's name its own.</summary>
    public const Compression NoChunk = (Compression)255;

    public bool IsChunk => Codec != NoChunk;

    public void CopyTo(Span<byte> bytes)
    {
        Id.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[32..], Offset);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[36..], Stored);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[40..], Length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[44..], (uint)Codec);
    }

    public static PackEntry Read(ReadOnlySpan<byte> bytes) => new(
        ChunkId.Read(bytes),
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[32..]),
        BinaryPrimitives.ReadInt32LittleEndian(bytes[36..]),
        BinaryPrimitives.ReadInt32LittleEndian(bytes[40..]),
        (Compression)bytes[44]);
}
