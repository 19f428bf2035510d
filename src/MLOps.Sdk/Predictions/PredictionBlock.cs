using System.Buffers;
using System.IO.Compression;
using System.Runtime.InteropServices;
using MLOps.Data;

namespace MLOps.Predictions;

/// <summary>
/// Packs predictions into a block and back. Block = kind, format, header (generation, rows, bounds of event time and
/// sequence, columns), body, check. Body, under Brotli when that makes it smaller: sequences and times as differences,
/// scores and numbers with their exact bits, categories by a dictionary; in format 2 also why each row's version answered.
/// </summary>
internal static class PredictionBlock
{
    private const byte Kind = (byte)'P';
    private const byte Format = 1;
    private const byte RoutedFormat = 2;
    private const int MostRows = 1 << 20;
    private const int MostBody = 256 << 20;

    public static byte[] Pack(PredictionRows rows)
    {
        var block = new BlockWriter();
        block.Byte(Kind);
        block.Byte(IsRouted(rows) ? RoutedFormat : Format);
        block.Fixed(rows.Generation);
        block.Varint((ulong)rows.Count);
        block.Fixed(rows.Times.Min());
        block.Fixed(rows.Times.Max());
        block.Fixed(rows.Sequences.Min());
        block.Fixed(rows.Sequences.Max());
        block.Varint((ulong)rows.Features.Count);
        foreach (var feature in rows.Features)
        {
            block.Byte((byte)feature.Kind);
            block.Text(feature.Name);
        }

        Compress(Body(rows).Written, block);
        return block.Finish();
    }

    /// <param name="block">The block.</param>
    /// <param name="where">Stream and position, for the message.</param>
    /// <exception cref="MLOpsIntegrityException">It is damaged.</exception>
    public static PredictionBlockHeader ReadHeader(ReadOnlySpan<byte> block, string where)
    {
        var reader = BlockReader.Open(block, where);
        return Header(ref reader, where);
    }

    /// <param name="block">The block.</param>
    /// <param name="generation">The generation whose stream it is of.</param>
    /// <param name="where">Stream and position, for the message.</param>
    /// <exception cref="MLOpsIntegrityException">It is damaged.</exception>
    public static PredictionBatch Read(ReadOnlySpan<byte> block, ServedGeneration generation, string where)
    {
        var reader = BlockReader.Open(block, where);
        var header = Header(ref reader, where);
        if (header.Generation != generation.ToNumber()) throw BlockReader.Damaged(where, "it is of another generation");
        var compressed = reader.Byte();
        var length = reader.Count(MostBody);
        var packed = reader.Take(reader.Count(MostBody));
        if (compressed == 0) return Body(BlockReader.Of(packed, where), header, generation, where);

        var rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            if (!BrotliDecoder.TryDecompress(packed, rented.AsSpan(0, length), out var written) || written != length)
                throw BlockReader.Damaged(where, "it cannot be decompressed");
            return Body(BlockReader.Of(rented.AsSpan(0, length), where), header, generation, where);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static PredictionBlockHeader Header(ref BlockReader reader, string where)
    {
        if (reader.Byte() != Kind) throw BlockReader.Damaged(where, "it is no block of predictions");
        var format = reader.Byte();
        if (format is not (Format or RoutedFormat)) throw BlockReader.Damaged(where, $"its format {format} is not known to this release");
        var generation = reader.Fixed();
        var rows = reader.Count(MostRows);
        long minTime = reader.FixedSigned(), maxTime = reader.FixedSigned();
        ulong minSequence = reader.Fixed(), maxSequence = reader.Fixed();
        var features = new Feature[reader.Count(MostRows)];
        for (var i = 0; i < features.Length; i++)
        {
            var kind = (FeatureKind)reader.Byte();
            features[i] = new Feature(reader.Text(), kind);
        }

        return new(format, generation, rows, minTime, maxTime, minSequence, maxSequence, features);
    }

    private static BlockWriter Body(PredictionRows rows)
    {
        var body = new BlockWriter();
        ulong sequence = 0;
        foreach (var next in rows.Sequences)
        {
            body.Signed(unchecked((long)(next - sequence)));
            sequence = next;
        }

        long time = 0;
        foreach (var next in rows.Times)
        {
            body.Signed(unchecked(next - time));
            time = next;
        }

        body.Doubles(CollectionsMarshal.AsSpan(rows.Scores));
        foreach (var column in rows.Numbers) body.Doubles(CollectionsMarshal.AsSpan(column));
        foreach (var column in rows.Categories) Categories(body, column);
        if (IsRouted(rows)) Routes(body, rows.Routes);
        return body;
    }

    private static bool IsRouted(PredictionRows rows) => rows.Routes.Exists(r => r is not null);

    private static void Routes(BlockWriter body, List<PredictionRoute?> routes)
    {
        // As with categories, 0 stands for none.
        var places = new Dictionary<PredictionRoute, ulong>();
        foreach (var route in routes)
            if (route is not null) places.TryAdd(route, (ulong)places.Count + 1);
        body.Varint((ulong)places.Count);
        foreach (var route in places.Keys)
        {
            body.Signed(route.Revision);
            body.Text(route.Arm);
            body.Varint((ulong)route.Share);
            body.Text(route.Reason);
        }

        foreach (var route in routes) body.Varint(route is null ? 0 : places[route]);
    }

    private static PredictionRoute?[] Routes(ref BlockReader body, int rows)
    {
        var known = new PredictionRoute?[body.Count(rows) + 1];
        for (var i = 1; i < known.Length; i++) known[i] = new(body.Signed(), body.Text(), body.Count(10_000), body.Text());
        var routes = new PredictionRoute?[rows];
        for (var row = 0; row < rows; row++) routes[row] = known[body.Count(known.Length - 1)];
        return routes;
    }

    private static void Categories(BlockWriter body, List<string?> column)
    {
        // 0 stands for missing; the others count from 1.
        var places = new Dictionary<string, ulong>(StringComparer.Ordinal);
        foreach (var value in column)
            if (value is not null) places.TryAdd(value, (ulong)places.Count + 1);
        body.Varint((ulong)places.Count);
        foreach (var value in places.Keys) body.Text(value);
        foreach (var value in column) body.Varint(value is null ? 0 : places[value]);
    }

    private static void Compress(ReadOnlySpan<byte> body, BlockWriter block)
    {
        var rented = ArrayPool<byte>.Shared.Rent(BrotliEncoder.GetMaxCompressedLength(body.Length));
        try
        {
            var smaller = BrotliEncoder.TryCompress(body, rented, out var written, quality: 1, window: 20) && written < body.Length;
            block.Byte(smaller ? (byte)1 : (byte)0);
            block.Varint((ulong)body.Length);
            block.Varint((ulong)(smaller ? written : body.Length));
            block.Bytes(smaller ? rented.AsSpan(0, written) : body);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static PredictionBatch Body(BlockReader body, PredictionBlockHeader header, ServedGeneration generation, string where)
    {
        var sequences = new ulong[header.Rows];
        ulong sequence = 0;
        for (var i = 0; i < sequences.Length; i++) sequences[i] = sequence = unchecked(sequence + (ulong)body.Signed());
        var times = new long[header.Rows];
        long time = 0;
        for (var i = 0; i < times.Length; i++) times[i] = time = unchecked(time + body.Signed());

        var scores = body.Doubles(header.Rows);
        var numbers = new double[header.Features.Count(f => f.Kind is FeatureKind.Number)][];
        for (var i = 0; i < numbers.Length; i++) numbers[i] = body.Doubles(header.Rows);
        var categories = new string?[header.Features.Count - numbers.Length][];
        for (var i = 0; i < categories.Length; i++)
        {
            var known = new string?[body.Count(header.Rows) + 1];
            for (var k = 1; k < known.Length; k++) known[k] = body.Text();
            var column = categories[i] = new string?[header.Rows];
            for (var row = 0; row < column.Length; row++) column[row] = known[body.Count(known.Length - 1)];
        }

        return new PredictionBatch
        {
            Model = generation.Model,
            Number = generation.Number,
            Generation = header.Generation,
            Features = header.Features,
            Sequences = sequences,
            Times = times,
            Scores = scores,
            Numbers = numbers,
            Categories = categories,
            Routes = header.Format == RoutedFormat ? Routes(ref body, header.Rows) : null,
        };
    }
}
