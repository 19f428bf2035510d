namespace MLOps.Data;

/// <summary>A row that differs between two versions of a file.</summary>
/// <param name="Kind">How.</param>
/// <param name="Key">Its key's cells, as they are written.</param>
/// <param name="BeforeRow">Its number in the first version, from 1; null when it is not there.</param>
/// <param name="AfterRow">Its number in the second.</param>
/// <param name="Cells">What differs; of an added or removed row all cells.</param>
public sealed record RowChange(RowChangeKind Kind, IReadOnlyList<string> Key, long? BeforeRow, long? AfterRow, IReadOnlyList<CellChange> Cells);
