using MLOps.Predictions;

namespace MLOps.Monitoring;

/// <summary>What an hour or a day of one version's predictions was: rows, and each column of the baseline. Mergeable; a few kilobytes a column, however many rows.</summary>
internal sealed class WindowSummary
{
    private const byte Kind = (byte)'W', Format = 1;

    private readonly IReadOnlyList<ColumnShape> _shapes;

    /// <param name="shapes">The baseline's columns, the answers last where it has them.</param>
    public WindowSummary(IReadOnlyList<ColumnShape> shapes)
    {
        _shapes = shapes;
        Columns = [.. shapes.Select(s => new WindowColumn(s))];
    }

    private WindowSummary(IReadOnlyList<ColumnShape> shapes, WindowColumn[] columns) => (_shapes, Columns) = (shapes, columns);

    public long Rows { get; private set; }

    public IReadOnlyList<WindowColumn> Columns { get; }

    public static ColumnShape[] ShapesOf(Baseline? baseline) =>
        [.. (baseline?.Features ?? []).Concat(baseline?.Prediction is { } prediction ? [prediction] : Array.Empty<FeatureProfile>()).Select(p => new ColumnShape(p))];

    public void Add(PredictionBatch batch)
    {
        Rows += batch.Count;
        var columns = WindowReader.Gather([batch], batch.Number);
        var answers = new FeatureColumn(ColumnProfile.PredictionName, Data.FeatureKind.Number, batch.Scores, default);
        for (var i = 0; i < _shapes.Count; i++)
        {
            var profile = _shapes[i].Profile;
            // The last one is the answers, whatever a column is called.
            var column = columns.Features.FirstOrDefault(c => c.Name == profile.Name && c.Kind == profile.Kind) ?? (i == _shapes.Count - 1 && profile.Name == ColumnProfile.PredictionName ? answers : null);
            if (column is not null) Columns[i].Add(column);
        }
    }

    public void Merge(WindowSummary other)
    {
        Rows += other.Rows;
        for (var i = 0; i < Columns.Count; i++) Columns[i].Merge(other.Columns[i]);
    }

    public byte[] ToBytes()
    {
        var block = new BlockWriter();
        block.Byte(Kind);
        block.Byte(Format);
        block.Varint((ulong)Rows);
        block.Varint((ulong)Columns.Count);
        foreach (var column in Columns)
        {
            block.Text(column.Profile.Name);
            column.Write(block);
        }

        return block.Finish();
    }

    /// <exception cref="MLOpsIntegrityException">It is damaged, or was counted against another baseline.</exception>
    public static WindowSummary FromBytes(ReadOnlySpan<byte> bytes, IReadOnlyList<ColumnShape> shapes, string where)
    {
        var block = BlockReader.Open(bytes, where);
        if (block.Byte() != Kind) throw BlockReader.Damaged(where, "it is no window");
        if (block.Byte() is not Format and var format) throw BlockReader.Damaged(where, $"its format {format} is not known to this release");
        var rows = (long)block.Varint();
        if (block.Count(1 << 20) != shapes.Count) throw BlockReader.Damaged(where, "it has other columns than the baseline of its version");
        var columns = new WindowColumn[shapes.Count];
        for (var i = 0; i < columns.Length; i++)
        {
            if (block.Text() != shapes[i].Profile.Name) throw BlockReader.Damaged(where, "it has other columns than the baseline of its version");
            columns[i] = WindowColumn.Read(ref block, shapes[i], where);
        }

        return new(shapes, columns) { Rows = rows };
    }
}
