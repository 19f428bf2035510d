using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;

namespace MLOps.Experiments;

/// <summary>
/// The points of one metric packed into a block of its stream. Byte 0 is the format, 1 here; then the number of points as a
/// varint; the steps and then the times (milliseconds since 1970), each as zigzag varints of the differences of successive
/// differences, wrapping at 64 bits; the values as 8 little-endian bytes each, their exact bits; last the CRC-32C of
/// all before it, 4 little-endian bytes. Varints carry 7 bits a byte, low ones first. Regular steps and times cost about
/// two bytes a point.
/// </summary>
static class MetricBlock
{
    private const byte Format = 1;
    private const int MaxVarint = 10;
    private const int ChecksumBytes = 4;

    public static byte[] Encode(ReadOnlySpan<LoggedPoint> points)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(1 + MaxVarint + (points.Length * ((2 * MaxVarint) + sizeof(double))));
        try
        {
            var end = 0;
            buffer[end++] = Format;
            end = WriteVarint(buffer, end, (ulong)points.Length);
            long before = 0, difference = 0;
            foreach (ref readonly var point in points) end = WriteNext(buffer, end, point.Step, ref before, ref difference);
            (before, difference) = (0, 0);
            foreach (ref readonly var point in points) end = WriteNext(buffer, end, point.Time, ref before, ref difference);
            foreach (ref readonly var point in points)
            {
                BinaryPrimitives.WriteInt64LittleEndian(buffer.AsSpan(end), BitConverter.DoubleToInt64Bits(point.Value));
                end += sizeof(double);
            }

            return Sealed(buffer.AsSpan(0, end));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Unpacks a block.</summary>
    /// <exception cref="MLOpsIntegrityException">The bytes are not a block; the message names the stream.</exception>
    public static MetricPoint[] Decode(ReadOnlySpan<byte> block, string stream, long position)
    {
        if (block.Length < 1 + 1 + ChecksumBytes) throw Damaged(stream, position, "it is too short");
        if (block[0] != Format) throw Damaged(stream, position, $"its format is {block[0]}, and this release reads {Format}: a newer release may have written it");
        var body = block[..^ChecksumBytes];
        var (expected, actual) = (BinaryPrimitives.ReadUInt32LittleEndian(block[^ChecksumBytes..]), Checksum(body));
        if (expected != actual) throw Damaged(stream, position, "its checksum does not fit its bytes", expected.ToString("x8", null), actual.ToString("x8", null));
        var at = 1;
        // A checksum only proves that the bytes are those that were written: the lengths are still checked.
        if (!TryReadVarint(body, ref at, out var count) || count > (ulong)((body.Length - at) / (2 + sizeof(double)))) throw Damaged(stream, position, "its number of points does not fit its length");
        var points = new MetricPoint[(int)count];
        var steps = new long[points.Length];
        long before = 0, difference = 0;
        for (var i = 0; i < steps.Length; i++)
            if (!TryReadNext(body, ref at, ref before, ref difference, out steps[i])) throw Damaged(stream, position, "its steps end early");
        (before, difference) = (0, 0);
        for (var i = 0; i < points.Length; i++)
        {
            if (!TryReadNext(body, ref at, ref before, ref difference, out var time)) throw Damaged(stream, position, "its times end early");
            if (time < DateTimeOffset.MinValue.ToUnixTimeMilliseconds() || time > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()) throw Damaged(stream, position, "it holds a time that is none");
            points[i] = new MetricPoint(steps[i], DateTimeOffset.FromUnixTimeMilliseconds(time), 0);
        }

        if (body.Length - at != points.Length * sizeof(double)) throw Damaged(stream, position, "its values do not fit its length");
        for (var i = 0; i < points.Length; i++, at += sizeof(double))
            points[i] = points[i] with { Value = BitConverter.Int64BitsToDouble(BinaryPrimitives.ReadInt64LittleEndian(body[at..])) };
        return points;
    }

    /// <summary>A body with its checksum.</summary>
    internal static byte[] Sealed(ReadOnlySpan<byte> body)
    {
        var block = new byte[body.Length + ChecksumBytes];
        body.CopyTo(block);
        BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(body.Length), Checksum(body));
        return block;
    }

    private static int WriteNext(byte[] buffer, int end, long value, ref long before, ref long difference)
    {
        var next = unchecked(value - before);
        var second = unchecked(next - difference);
        (before, difference) = (value, next);
        return WriteVarint(buffer, end, unchecked((ulong)((second << 1) ^ (second >> 63))));
    }

    private static bool TryReadNext(ReadOnlySpan<byte> body, ref int at, ref long before, ref long difference, out long value)
    {
        value = 0;
        if (!TryReadVarint(body, ref at, out var zigzag)) return false;
        difference = unchecked(difference + ((long)(zigzag >> 1) ^ -(long)(zigzag & 1)));
        before = value = unchecked(before + difference);
        return true;
    }

    private static int WriteVarint(byte[] buffer, int end, ulong value)
    {
        for (; value >= 0x80; value >>= 7) buffer[end++] = (byte)(value | 0x80);
        buffer[end++] = (byte)value;
        return end;
    }

    private static bool TryReadVarint(ReadOnlySpan<byte> body, ref int at, out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (at >= body.Length) return false;
            var next = body[at++];
            if (shift == 63 && next > 1) return false;
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return true;
        }

        return false;
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..]) crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var next in bytes) crc = BitOperations.Crc32C(crc, next);
        return ~crc;
    }

    private static MLOpsIntegrityException Damaged(string stream, long position, string why, string? expected = null, string? actual = null) =>
        new($"Block {position} of the stream '{stream}' cannot be read: {why}. Restore the store from a backup.", stream, expected, actual);
}
