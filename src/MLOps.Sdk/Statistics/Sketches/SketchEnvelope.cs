using System.Buffers.Binary;

namespace MLOps.Statistics;

/// <summary>
/// What stored sketches are wrapped in, little-endian: "MLSK", format version (1 byte), kind (1), length of the parameters (2), n (8), length of the payload (4),
/// parameters, payload, MurmurHash3 x64 128 with seed 0 of everything before (16). A sketch of Apache DataSketches keeps that library's layout as its payload.
/// </summary>
internal static class SketchEnvelope
{
    public const byte Version = 1;
    private const int Head = 20, Hash = 16;

    private static ReadOnlySpan<byte> Magic => "MLSK"u8;

    public static byte[] Seal(SketchKind kind, long n, ReadOnlySpan<byte> parameters, ReadOnlySpan<byte> payload)
    {
        var bytes = new byte[Head + parameters.Length + payload.Length + Hash];
        Magic.CopyTo(bytes);
        bytes[4] = Version;
        bytes[5] = (byte)kind;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(6), (ushort)parameters.Length);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), n);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), payload.Length);
        parameters.CopyTo(bytes.AsSpan(Head));
        payload.CopyTo(bytes.AsSpan(Head + parameters.Length));
        var (low, high) = Murmur3.Of(bytes.AsSpan(..^Hash), 0);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(bytes.Length - Hash), low);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(bytes.Length - 8), high);
        return bytes;
    }

    /// <summary>Opens sealed bytes and reads what is in them; whatever is wrong with them is one kind of error.</summary>
    /// <exception cref="MLOpsIntegrityException">The bytes are cut, changed, of another kind or of a later version.</exception>
    public static T Open<T>(ReadOnlySpan<byte> bytes, SketchKind kind, int parameters, Func<long, SketchReader, SketchReader, T> read)
    {
        if (bytes.Length < Head + Hash || !bytes[..4].SequenceEqual(Magic)) throw Damaged(kind, "they do not start as a stored sketch does, or are cut");
        var (low, high) = Murmur3.Of(bytes[..^Hash], 0);
        if (BinaryPrimitives.ReadUInt64LittleEndian(bytes[^Hash..]) != low || BinaryPrimitives.ReadUInt64LittleEndian(bytes[^8..]) != high)
            throw Damaged(kind, "their hash does not fit: they were cut or changed");
        if (bytes[4] != Version) throw Damaged(kind, $"their format version is {bytes[4]} and this library reads {Version}");
        if (bytes[5] != (byte)kind) throw Damaged(kind, $"they hold {(SketchKind)bytes[5]}");
        int parameterLength = BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]), payload = BinaryPrimitives.ReadInt32LittleEndian(bytes[16..]);
        if (parameterLength != parameters || payload < 0 || (long)Head + parameterLength + payload + Hash != bytes.Length) throw Damaged(kind, "their lengths do not fit");
        var n = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]);
        return read(n, new SketchReader(kind, bytes.Slice(Head, parameterLength)), new SketchReader(kind, bytes.Slice(Head + parameterLength, payload)));
    }

    public static MLOpsIntegrityException Damaged(SketchKind kind, string why) =>
        new($"The bytes are not a stored sketch of kind {kind}: {why}. Read them again from their source.", kind.ToString());
}
