using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using MLOps.Storage.Columns;

namespace MLOps.Experiments;

/// <summary>
/// The points of one metric packed into a block of its stream. Byte 0 is the format: 2, or 3 for a block with which the series begins anew, which
/// has the points of all blocks before it (see <see cref="SeriesCompaction"/>); then the number of points as a
/// varint; their steps, then their times (milliseconds since 1970), each as an <see cref="IntegerColumn"/>; their values as a
/// <see cref="NumberColumn"/>, their exact bits; last the CRC-32C of all before it, 4 little-endian bytes. Evenly spaced steps and times cost
/// next to nothing, values of a few decimals one to two bytes, those of a smooth curve two to four.
/// </summary>
static class MetricBlock
{
    /// <summary>No block has more points.</summary>
    public const int MaxCount = 1_000_000;

    /// <summary>So many points make a block that is written at leisure: one that costs next to nothing beside its points, and is read at once.</summary>
    public const int Full = 65_536;

    private const byte Format = 2, Anew = 3;
    private const int ChecksumBytes = 4;

    private static readonly long s_earliest = DateTimeOffset.MinValue.ToUnixTimeMilliseconds(), s_latest = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    public static byte[] Encode(ReadOnlySpan<LoggedPoint> points, bool isAnew = false)
    {
        var count = points.Length;
        var bytes = ArrayPool<byte>.Shared.Rent(1 + Varint.MaxBytes + (2 * IntegerColumn.MaxBytes(count)) + NumberColumn.MaxBytes(count));
        var whole = ArrayPool<long>.Shared.Rent(count);
        var values = ArrayPool<double>.Shared.Rent(count);
        try
        {
            bytes[0] = isAnew ? Anew : Format;
            var end = Varint.Write(bytes, 1, (ulong)count);
            for (var i = 0; i < count; i++) whole[i] = points[i].Step;
            end = IntegerColumn.Write(bytes, end, whole.AsSpan(0, count));
            for (var i = 0; i < count; i++) whole[i] = points[i].Time;
            end = IntegerColumn.Write(bytes, end, whole.AsSpan(0, count));
            for (var i = 0; i < count; i++) values[i] = points[i].Value;
            end = NumberColumn.Write(bytes, end, values.AsSpan(0, count));
            return Sealed(bytes.AsSpan(0, end));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
            ArrayPool<long>.Shared.Return(whole);
            ArrayPool<double>.Shared.Return(values);
        }
    }

    /// <summary>Whether the series begins anew with this block.</summary>
    public static bool IsAnew(ReadOnlySpan<byte> block) => block is [Anew, ..];

    /// <summary>Unpacks a block.</summary>
    /// <exception cref="MLOpsIntegrityException">The bytes are not a block; the message names the stream.</exception>
    public static MetricColumns Decode(ReadOnlySpan<byte> block, string stream, long position)
    {
        if (block.Length < 1 + 1 + ChecksumBytes) throw Damaged(stream, position, "it is too short");
        if (block[0] is not (Format or Anew)) throw Damaged(stream, position, $"its format is {block[0]}, and this release reads {Format} and {Anew}: a newer release may have written it");
        var body = block[..^ChecksumBytes];
        var (expected, actual) = (BinaryPrimitives.ReadUInt32LittleEndian(block[^ChecksumBytes..]), Checksum(body));
        if (expected != actual) throw Damaged(stream, position, "its checksum does not fit its bytes", expected.ToString("x8", null), actual.ToString("x8", null));
        var at = 1;
        // A checksum only proves that the bytes are those that were written: the lengths are still checked.
        if (!Varint.TryRead(body, ref at, out var count) || count > MaxCount) throw Damaged(stream, position, "its number of points is not one that a block has");
        var points = new MetricColumns(new long[(int)count], new long[(int)count], new double[(int)count]);
        if (!IntegerColumn.TryRead(body, ref at, points.Steps)) throw Damaged(stream, position, "its steps cannot be unpacked");
        if (!IntegerColumn.TryRead(body, ref at, points.Times)) throw Damaged(stream, position, "its times cannot be unpacked");
        foreach (var time in points.Times)
            if (time < s_earliest || time > s_latest) throw Damaged(stream, position, "it holds a time that is none");
        if (!NumberColumn.TryRead(body, ref at, points.Values)) throw Damaged(stream, position, "its values cannot be unpacked");
        return at == body.Length ? points : throw Damaged(stream, position, "it is longer than its points");
    }

    /// <summary>A body with its checksum.</summary>
    internal static byte[] Sealed(ReadOnlySpan<byte> body)
    {
        var block = new byte[body.Length + ChecksumBytes];
        body.CopyTo(block);
        BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(body.Length), Checksum(body));
        return block;
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
