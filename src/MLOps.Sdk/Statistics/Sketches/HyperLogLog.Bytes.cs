using System.Numerics;

namespace MLOps.Statistics;

public sealed partial class HyperLogLog
{
    private const byte Family = 7, EmptyFlag = 4, CompactFlag = 8, MergedFlag = 16, Hll8 = 2 << 2;

    /// <summary>The sketch as bytes: an envelope with a hash around the layout of Apache DataSketches. The same values give the same bytes.</summary>
    public byte[] ToBytes() => SketchEnvelope.Seal(SketchKind.HyperLogLog, _registers?.Length ?? _couponCount, [], ToDataSketches());

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="MLOpsIntegrityException">The bytes are cut or changed.</exception>
    public static HyperLogLog FromBytes(ReadOnlySpan<byte> bytes) => SketchEnvelope.Open(bytes, SketchKind.HyperLogLog, 0, static (_, _, payload) => Read(payload));

    /// <summary>The sketch in the compact layout of an HLL_8 sketch of Apache DataSketches (family 7, serial version 1), coupons in ascending order.</summary>
    public byte[] ToDataSketches()
    {
        var isList = _registers is null && _couponCount < 8;
        var bytes = new byte[_registers is not null ? 40 + _registers.Length : (isList ? 8 : 12) + 4 * _couponCount];
        var writer = new SketchWriter(bytes);
        writer.Byte((byte)(_registers is not null ? 10 : isList ? 2 : 3));
        writer.Byte(1);
        writer.Byte(Family);
        writer.Byte((byte)LgK);
        writer.Byte((byte)(_registers is not null ? 0 : isList ? 3 : BitOperations.Log2((uint)_coupons!.Length)));
        writer.Byte((byte)(CompactFlag | (IsEmpty ? EmptyFlag : 0) | (_isMerged ? MergedFlag : 0)));
        writer.Byte((byte)(isList ? _couponCount : 0));
        writer.Byte((byte)(Hll8 | (_registers is not null ? 2 : isList ? 0 : 1)));
        if (_registers is not null)
        {
            writer.Double(_historic);
            writer.Double(_lowSum);
            writer.Double(_highSum);
            writer.Int32(_registers.AsSpan().Count((byte)0));
            writer.Int32(0);
            _registers.CopyTo(writer.Take(_registers.Length));
            return bytes;
        }

        if (!isList) writer.Int32(_couponCount);
        foreach (var coupon in _coupons!.Where(static coupon => coupon != 0).Order()) writer.UInt32(coupon);
        return bytes;
    }

    /// <summary>Reads an HLL_8 sketch that a library of Apache DataSketches wrote in its compact form.</summary>
    /// <param name="bytes">The bytes, without an envelope and so without a hash: only their structure is checked.</param>
    /// <exception cref="MLOpsIntegrityException">The bytes are no such sketch.</exception>
    public static HyperLogLog FromDataSketches(ReadOnlySpan<byte> bytes) => Read(new SketchReader(SketchKind.HyperLogLog, bytes));

    private static HyperLogLog Read(SketchReader reader)
    {
        byte ints = reader.Byte(), version = reader.Byte(), family = reader.Byte(), lgK = reader.Byte();
        reader.Byte();
        byte flags = reader.Byte(), listCount = reader.Byte(), mode = reader.Byte();
        var kind = mode & 3;
        reader.Check(version == 1 && family == Family && lgK is >= 4 and <= 21 && (mode & 12) == Hll8, "their preamble is not that of an HLL_8 sketch");
        reader.Check(ints == kind switch { 0 => 2, 1 => 3, 2 => 10, _ => 0 } && (flags & CompactFlag) != 0, "their preamble is not that of a compact HLL_8 sketch");
        var sketch = new HyperLogLog(lgK);
        if (kind == 2) sketch.ReadRegisters(ref reader, (flags & MergedFlag) != 0);
        else sketch.ReadCoupons(ref reader, kind == 0 ? listCount : reader.Int32());
        reader.End();
        return sketch;
    }

    private void ReadCoupons(ref SketchReader reader, int count)
    {
        reader.Check(count >= 0 && count <= CouponLimit, "they have too many coupons");
        for (var i = 0; i < count; i++)
        {
            var coupon = reader.UInt32();
            reader.Check(coupon >> 26 != 0, "a coupon has no value");
            Keep(coupon);
        }

        reader.Check(_couponCount == count, "a coupon is there twice");
    }

    private void ReadRegisters(ref SketchReader reader, bool isMerged)
    {
        _coupons = null;
        _isMerged = isMerged;
        var historic = reader.Double();
        _historic = isMerged ? 0 : historic;
        reader.Check(double.IsFinite(_historic) && _historic >= 0, "their estimate is not a number");
        // The sums follow from the registers, and the number of zeros too.
        reader.Bytes(24);
        _registers = reader.Bytes(1 << LgK).ToArray();
        foreach (var register in _registers)
        {
            reader.Check(register < 64, "a register is out of range");
            Add(register, 1);
        }
    }
}
