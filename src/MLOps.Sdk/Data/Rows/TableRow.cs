namespace MLOps.Data;

/// <summary>A row of a keyed file.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Columns">Names; the same array for all rows of a CSV file.</param>
/// <param name="Cells">Texts, as they are written.</param>
sealed record TableRow(long Number, string[] Columns, string[] Cells)
{
    public string? Cell(string column) => Array.IndexOf(Columns, column) is >= 0 and var at ? Cells[at] : null;
}
