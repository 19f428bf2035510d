namespace MLOps.Predictions;

/// <summary>Packs labels into a block and back. Block = kind, format, when it was written, rows, check.</summary>
internal static class LabelBlock
{
    private const byte Kind = (byte)'L';
    private const byte Format = 1;

    public static byte[] Pack(IReadOnlyList<StoredLabel> labels, DateTimeOffset writtenAt)
    {
        var block = new BlockWriter();
        block.Byte(Kind);
        block.Byte(Format);
        block.Fixed(writtenAt.UtcTicks);
        block.Varint((ulong)labels.Count);
        ulong generation = 0, sequence = 0;
        long observed = 0;
        foreach (var label in labels)
        {
            var same = label.Id.Generation == generation;
            block.Byte(same ? (byte)0 : (byte)1);
            if (!same) block.Fixed(generation = label.Id.Generation);
            block.Signed(unchecked((long)(label.Id.Sequence - sequence)));
            sequence = label.Id.Sequence;
            block.Signed(label.ObservedAt - observed);
            observed = label.ObservedAt;
            block.Fixed(BitConverter.DoubleToUInt64Bits(label.Value));
        }

        return block.Finish();
    }

    /// <exception cref="MLOpsIntegrityException">The block is damaged.</exception>
    public static (long WrittenAt, IReadOnlyList<StoredLabel> Labels) Read(ReadOnlySpan<byte> block, string where)
    {
        var reader = BlockReader.Open(block, where);
        if (reader.Byte() != Kind) throw BlockReader.Damaged(where, "it is no block of labels");
        var format = reader.Byte();
        if (format != Format) throw BlockReader.Damaged(where, $"its format {format} is not known to this release");
        var writtenAt = reader.FixedSigned();
        var labels = new StoredLabel[reader.Count(block.Length)];
        ulong generation = 0, sequence = 0;
        long observed = 0;
        for (var i = 0; i < labels.Length; i++)
        {
            if (reader.Byte() != 0) generation = reader.Fixed();
            sequence = unchecked(sequence + (ulong)reader.Signed());
            observed += reader.Signed();
            labels[i] = new StoredLabel(new PredictionId(generation, sequence), BitConverter.UInt64BitsToDouble(reader.Fixed()), observed);
        }

        return (writtenAt, labels);
    }
}
