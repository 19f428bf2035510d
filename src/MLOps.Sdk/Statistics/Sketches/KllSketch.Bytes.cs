namespace MLOps.Statistics;

public sealed partial class KllSketch
{
    private const byte Family = 15, IsEmpty = 1, IsSingle = 4;

    /// <summary>The sketch as bytes: an envelope with a hash around the layout of Apache DataSketches, the random state and the count of NaN with it, so that a sketch read back goes on exactly as this one.</summary>
    public byte[] ToBytes()
    {
        var parameters = new byte[16];
        var writer = new SketchWriter(parameters);
        writer.UInt64(_random.State);
        writer.Int64(NaNCount);
        return SketchEnvelope.Seal(SketchKind.Kll, Count, parameters, ToDataSketches());
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="MLOpsIntegrityException">The bytes are cut or changed.</exception>
    public static KllSketch FromBytes(ReadOnlySpan<byte> bytes) => SketchEnvelope.Open(bytes, SketchKind.Kll, 16, static (n, parameters, payload) =>
    {
        var sketch = Read(payload, parameters.UInt64());
        sketch.NaNCount = parameters.Int64();
        parameters.Check(sketch.Count == n && sketch.NaNCount >= 0, "their counts do not fit");
        return sketch;
    });

    /// <summary>
    /// The sketch in the layout of the KLL sketch of doubles of Apache DataSketches (family 15; serial version 1, or 2 for a single value), which its libraries for Java,
    /// C++, Python and PostgreSQL read. NaN counts and random state have no place in it.
    /// </summary>
    public byte[] ToDataSketches()
    {
        var length = Count switch { 0 => 8, 1 => 16, _ => 20 + 4 * _levels + 8 * (2 + Retained) };
        var bytes = new byte[length];
        var writer = new SketchWriter(bytes);
        writer.Byte((byte)(Count < 2 ? 2 : 5));
        writer.Byte((byte)(Count == 1 ? 2 : 1));
        writer.Byte(Family);
        writer.Byte(Count switch { 0 => IsEmpty, 1 => IsSingle, _ => 0 });
        writer.UInt16((ushort)K);
        writer.Byte(MinWidth);
        writer.Byte(0);
        if (Count > 1)
        {
            writer.Int64(Count);
            writer.UInt16((ushort)_minK);
            writer.Byte((byte)_levels);
            writer.Byte(0);
            for (var level = 0; level < _levels; level++) writer.Int32(_starts[level] - _floor);
            writer.Double(_min);
            writer.Double(_max);
        }

        foreach (var value in _items.AsSpan(_starts[0])) writer.Double(value);
        return bytes;
    }

    /// <summary>Reads a KLL sketch of doubles that a library of Apache DataSketches wrote in its compact form.</summary>
    /// <param name="bytes">The bytes, without an envelope and so without a hash: only their structure is checked.</param>
    /// <param name="seed">Where the random choices of later updates start.</param>
    /// <exception cref="MLOpsIntegrityException">The bytes are no such sketch.</exception>
    public static KllSketch FromDataSketches(ReadOnlySpan<byte> bytes, ulong seed = 0) => Read(new SketchReader(SketchKind.Kll, bytes), seed);

    private static KllSketch Read(SketchReader reader, ulong seed)
    {
        byte ints = reader.Byte(), version = reader.Byte(), family = reader.Byte(), flags = reader.Byte();
        var k = reader.UInt16();
        byte width = reader.Byte();
        reader.Byte();
        bool empty = (flags & IsEmpty) != 0, single = (flags & IsSingle) != 0;
        reader.Check(family == Family && width == MinWidth && k >= MinWidth && version is 1 or 2 && ints == (empty || single ? 2 : 5), "their preamble is not that of a KLL sketch");
        var sketch = new KllSketch(k, seed);
        if (single && !empty) sketch.Update(Number(ref reader));
        else if (!empty) sketch.ReadLevels(ref reader);
        reader.End();
        return sketch;
    }

    private void ReadLevels(ref SketchReader reader)
    {
        var count = reader.Int64();
        _minK = reader.UInt16();
        _levels = reader.Byte();
        reader.Byte();
        reader.Check(count > 0 && _minK >= MinWidth && _minK <= K && _levels is >= 1 and <= MaxLevels, "their parameters are out of range");
        _floor = _items.Length - Capacity(_levels);
        for (var level = 0; level < _levels; level++)
        {
            var start = reader.Int32();
            reader.Check(start >= 0 && start <= _items.Length - _floor && (level == 0 || start + _floor >= _starts[level - 1]), "their levels are out of range");
            _starts[level] = start + _floor;
        }

        _starts[_levels] = _items.Length;
        (_min, _max) = (Number(ref reader), Number(ref reader));
        for (var level = 0; level < _levels; level++)
        {
            for (var i = _starts[level]; i < _starts[level + 1]; i++)
            {
                var value = _items[i] = Number(ref reader);
                reader.Check(value >= _min && value <= _max && (level == 0 || i == _starts[level] || value >= _items[i - 1]), "their values are out of order");
            }
        }

        UInt128 weight = 0;
        for (var level = 0; level < _levels; level++) weight += (UInt128)(uint)(_starts[level + 1] - _starts[level]) << level;
        reader.Check(weight == (UInt128)count, "their weights do not sum to the count");
        Count = count;
    }

    private static double Number(ref SketchReader reader)
    {
        var value = reader.Double();
        reader.Check(!double.IsNaN(value), "a value is NaN");
        return value + 0.0;
    }
}
