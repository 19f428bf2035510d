using System.Buffers.Binary;

namespace MLOps.Statistics;

/// <summary>Reads little-endian values one after the other; too few bytes are damage.</summary>
internal ref struct SketchReader(SketchKind kind, ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>How many bytes are left.</summary>
    public readonly int Length => _rest.Length;

    public byte Byte() => Bytes(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Bytes(4));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4));

    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Bytes(8));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Bytes(8));

    public double Double() => BinaryPrimitives.ReadDoubleLittleEndian(Bytes(8));

    /// <summary>The next bytes.</summary>
    public ReadOnlySpan<byte> Bytes(long count)
    {
        Check(count >= 0 && count <= _rest.Length, "they are cut");
        var taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }

    /// <summary>Fails, as damaged, unless a rule holds.</summary>
    public readonly void Check(bool holds, string why)
    {
        if (!holds) throw SketchEnvelope.Damaged(kind, why);
    }

    /// <summary>Fails unless everything was read.</summary>
    public readonly void End() => Check(_rest.IsEmpty, "there are bytes behind their end");
}
