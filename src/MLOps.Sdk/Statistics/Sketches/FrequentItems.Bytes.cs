using System.Text;

namespace MLOps.Statistics;

public sealed partial class FrequentItems
{
    private const byte Family = 10, EmptyFlags = 5;

    /// <summary>The sketch as bytes: an envelope with a hash around the layout of Apache DataSketches.</summary>
    public byte[] ToBytes() => SketchEnvelope.Seal(SketchKind.FrequentItems, TotalWeight, [], ToDataSketches());

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="MLOpsIntegrityException">The bytes are cut or changed.</exception>
    public static FrequentItems FromBytes(ReadOnlySpan<byte> bytes) => SketchEnvelope.Open(bytes, SketchKind.FrequentItems, 0, static (n, _, payload) =>
    {
        var sketch = Read(payload);
        payload.Check(sketch.TotalWeight == n, "their totals do not fit");
        return sketch;
    });

    /// <summary>
    /// The sketch in the layout of the frequent items sketch of strings of Apache DataSketches (family 10, serial version 1): items in ordinal order, each its UTF-8 behind
    /// four bytes of length. A sketch that has dropped every item still keeps its total and error.
    /// </summary>
    public byte[] ToDataSketches()
    {
        var pairs = Ordered();
        var isEmpty = TotalWeight == 0;
        var bytes = new byte[isEmpty ? 8 : 32 + pairs.Sum(static pair => 12 + s_utf8.GetByteCount(pair.Item))];
        var writer = new SketchWriter(bytes);
        writer.Byte((byte)(isEmpty ? 1 : 4));
        writer.Byte(1);
        writer.Byte(Family);
        writer.Byte((byte)LgMaxMapSize);
        writer.Byte((byte)_lgSize);
        writer.Byte(isEmpty ? EmptyFlags : (byte)0);
        writer.UInt16(0);
        if (isEmpty) return bytes;
        writer.Int32(pairs.Count);
        writer.Int32(0);
        writer.Int64(TotalWeight);
        writer.Int64(MaximumError);
        foreach (var (_, count) in pairs) writer.Int64(count);
        foreach (var (item, _) in pairs)
        {
            var length = s_utf8.GetByteCount(item);
            writer.Int32(length);
            s_utf8.GetBytes(item, writer.Take(length));
        }

        return bytes;
    }

    /// <summary>Reads a frequent items sketch of strings that a library of Apache DataSketches wrote.</summary>
    /// <param name="bytes">The bytes, without an envelope and so without a hash: only their structure is checked.</param>
    /// <exception cref="MLOpsIntegrityException">The bytes are no such sketch.</exception>
    public static FrequentItems FromDataSketches(ReadOnlySpan<byte> bytes) => Read(new SketchReader(SketchKind.FrequentItems, bytes));

    private static FrequentItems Read(SketchReader reader)
    {
        byte longs = reader.Byte(), version = reader.Byte(), family = reader.Byte(), lgMax = reader.Byte(), lgSize = reader.Byte(), flags = reader.Byte();
        reader.UInt16();
        var isEmpty = (flags & EmptyFlags) != 0;
        reader.Check(family == Family && version == 1 && (longs & 63) == (isEmpty ? 1 : 4), "their preamble is not that of a frequent items sketch");
        reader.Check(lgMax is >= 3 and <= 26 && lgSize >= 3 && lgSize <= lgMax, "their table sizes are out of range");
        var sketch = new FrequentItems(lgMax);
        if (!isEmpty) sketch.ReadItems(ref reader, lgSize);
        reader.End();
        return sketch;
    }

    private void ReadItems(ref SketchReader reader, int lgSize)
    {
        var count = reader.Int32();
        reader.Int32();
        var (total, error) = (reader.Int64(), reader.Int64());
        reader.Check(count >= 0 && count <= 3 << (lgSize - 2) && count <= reader.Length / 12 && total > 0 && error >= 0, "their counts are out of range");
        var weights = new SketchReader(SketchKind.FrequentItems, reader.Bytes(8L * count));
        UInt128 sum = 0;
        for (var i = 0; i < count; i++)
        {
            var weight = weights.Int64();
            string item;
            try
            {
                item = s_utf8.GetString(reader.Bytes(reader.Int32()));
            }
            catch (DecoderFallbackException)
            {
                throw SketchEnvelope.Damaged(SketchKind.FrequentItems, "an item is not UTF-8");
            }

            reader.Check(weight > 0 && LowerBound(item) == 0, "an item is there twice or has no weight");
            Update(item, weight);
            sum += (ulong)weight;
        }

        reader.Check(sum <= (UInt128)total, "the weights are more than their total");
        if (_lgSize < lgSize) Rebuild(lgSize, 0);
        (TotalWeight, MaximumError) = (total, error);
    }
}
