using System.Globalization;
using MLOps.Storage;

namespace MLOps.Predictions;

/// <summary>
/// Which times and predictions the blocks of one stream hold, so that a window is read without reading all that was ever logged. Built by who reads the blocks first, in the commit that keeps
/// what he made of them; blocks that no index covers yet are read as they are.
/// </summary>
internal static class BlockIndex
{
    private const byte Kind = (byte)'I', Format = 1;

    public static string StreamOf(string predictions) => $"index/{predictions}";

    /// <param name="entries">The entries.</param>
    /// <param name="writer">
    /// New for each attempt, so that no two attempts write equal bytes: a store takes equal bytes at one position for a replay, and what comes with them in the same append would be taken twice.
    /// </param>
    public static byte[] Pack(IReadOnlyList<BlockEntry> entries, Guid writer)
    {
        var block = new BlockWriter();
        block.Byte(Kind);
        block.Byte(Format);
        block.Bytes(writer.ToByteArray());
        block.Varint((ulong)entries.Count);
        foreach (var entry in entries)
        {
            block.Varint((ulong)entry.Position);
            block.Varint((ulong)entry.Rows);
            block.Fixed(entry.MinTime);
            block.Fixed(entry.MaxTime);
            block.Fixed(entry.MinSequence);
            block.Fixed(entry.MaxSequence);
        }

        return block.Finish();
    }

    /// <summary>All entries, the first position that none covers, and the position of the index's own next block.</summary>
    public static async ValueTask<(List<BlockEntry> Entries, long Covered, long Next)> ReadAsync(IStreamStore streams, string predictions, CancellationToken cancellationToken)
    {
        var entries = new List<BlockEntry>();
        var (name, next) = (StreamOf(predictions), 0L);
        await foreach (var block in streams.ReadAsync(name, 0, cancellationToken).ConfigureAwait(false))
        {
            next = block.Position + 1;
            Read(block.Bytes.Span, string.Create(CultureInfo.InvariantCulture, $"{name}:{block.Position}"), entries);
        }

        return (entries, entries.Count == 0 ? 0 : entries[^1].Position + 1, next);
    }

    private static void Read(ReadOnlySpan<byte> bytes, string where, List<BlockEntry> entries)
    {
        var reader = BlockReader.Open(bytes, where);
        if (reader.Byte() != Kind) throw BlockReader.Damaged(where, "it is no index");
        if (reader.Byte() is not Format and var format) throw BlockReader.Damaged(where, $"its format {format} is not known to this release");
        reader.Take(16);
        var count = reader.Count(bytes.Length);
        for (var i = 0; i < count; i++) entries.Add(new((long)reader.Varint(), reader.Count(1 << 20), reader.FixedSigned(), reader.FixedSigned(), reader.Fixed(), reader.Fixed()));
    }
}
