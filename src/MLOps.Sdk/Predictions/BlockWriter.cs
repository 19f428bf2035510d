using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace MLOps.Predictions;

/// <summary>Writes the primitives of a block: little endian, LEB128 for whole numbers, a check over all at the end.</summary>
internal sealed class BlockWriter
{
    public const int CheckLength = 8;

    private readonly ArrayBufferWriter<byte> _bytes = new(1 << 12);

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    public void Byte(byte value)
    {
        _bytes.GetSpan(1)[0] = value;
        _bytes.Advance(1);
    }

    public void Fixed(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.GetSpan(8), value);
        _bytes.Advance(8);
    }

    public void Fixed(long value) => Fixed(unchecked((ulong)value));

    public void Varint(ulong value)
    {
        var span = _bytes.GetSpan(10);
        var length = 0;
        while (value >= 0x80)
        {
            span[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[length++] = (byte)value;
        _bytes.Advance(length);
    }

    /// <summary>A whole number of either sign; small ones are short.</summary>
    public void Signed(long value) => Varint((ulong)((value << 1) ^ (value >> 63)));

    public void Text(string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        Varint((ulong)length);
        _bytes.Advance(Encoding.UTF8.GetBytes(value, _bytes.GetSpan(length)));
    }

    /// <summary>The exact bits of numbers, one after the other.</summary>
    public void Doubles(ReadOnlySpan<double> values)
    {
        if (BitConverter.IsLittleEndian) Bytes(MemoryMarshal.AsBytes(values));
        else foreach (var value in values) Fixed(BitConverter.DoubleToInt64Bits(value));
    }

    public void Bytes(ReadOnlySpan<byte> bytes) => _bytes.Write(bytes);

    /// <summary>All that was written, followed by its check: the first 8 bytes of its SHA-256.</summary>
    public byte[] Finish()
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(_bytes.WrittenSpan, hash);
        return [.. _bytes.WrittenSpan, .. hash[..CheckLength]];
    }

    public void Clear() => _bytes.ResetWrittenCount();
}
