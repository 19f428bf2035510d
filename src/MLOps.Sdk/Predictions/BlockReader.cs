using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace MLOps.Predictions;

/// <summary>Reads what <see cref="BlockWriter"/> wrote. Anything else is an <see cref="MLOpsIntegrityException"/> that names stream and position.</summary>
internal ref struct BlockReader
{
    private readonly string _where;
    private ReadOnlySpan<byte> _rest;

    private BlockReader(ReadOnlySpan<byte> bytes, string where)
    {
        _rest = bytes;
        _where = where;
    }

    /// <summary>Begins to read a block once its check holds.</summary>
    public static BlockReader Open(ReadOnlySpan<byte> block, string where)
    {
        Span<byte> hash = stackalloc byte[32];
        if (block.Length <= BlockWriter.CheckLength) throw Damaged(where, "it is too short");
        SHA256.HashData(block[..^BlockWriter.CheckLength], hash);
        if (!hash[..BlockWriter.CheckLength].SequenceEqual(block[^BlockWriter.CheckLength..])) throw Damaged(where, "its check does not hold");
        return new(block[..^BlockWriter.CheckLength], where);
    }

    /// <summary>Begins to read a part that was checked with its block.</summary>
    public static BlockReader Of(ReadOnlySpan<byte> part, string where) => new(part, where);

    public byte Byte() => Take(1)[0];

    public ulong Fixed() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public long FixedSigned() => unchecked((long)Fixed());

    public ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Byte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }

        throw Damaged(_where, "a number in it does not end");
    }

    public long Signed()
    {
        var value = Varint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>A count that cannot be larger than <paramref name="most"/>.</summary>
    public int Count(int most) => Varint() is var count && count <= (ulong)most ? (int)count : throw Damaged(_where, $"a count in it is larger than {most}");

    public string Text() => Encoding.UTF8.GetString(Take(Count(_rest.Length)));

    public double[] Doubles(int count)
    {
        var values = new double[count];
        var bytes = Take(checked(count * 8));
        if (BitConverter.IsLittleEndian) bytes.CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
        else for (var i = 0; i < count; i++) values[i] = BitConverter.Int64BitsToDouble(BinaryPrimitives.ReadInt64LittleEndian(bytes[(i * 8)..]));
        return values;
    }

    public ReadOnlySpan<byte> Take(int length)
    {
        if (length > _rest.Length) throw Damaged(_where, "it ends too early");
        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }

    public static MLOpsIntegrityException Damaged(string where, string why) =>
        new($"The block {where} is damaged: {why}. Restore the store from a backup, or truncate the stream behind this block.", where);
}
