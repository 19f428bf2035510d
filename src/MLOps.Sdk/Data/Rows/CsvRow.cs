using System.Globalization;

namespace MLOps.Data;

/// <summary>
/// A row of a CSV file while it is read: valid until the next one, so take out of it what is to be kept. Reading numbers allocates nothing. Numbers are
/// written as in code: a point, no thousands separators. For one reader at a time.
/// </summary>
public sealed class CsvRow
{
    private readonly string _file;
    private readonly Dictionary<string, int> _columns;
    private readonly CsvReader _reader;

    internal CsvRow(string file, IReadOnlyList<string> columns, CsvReader reader)
    {
        (_file, Columns, _reader) = (file, columns, reader);
        _columns = columns.Select((c, i) => (c, i)).ToDictionary(c => c.c, c => c.i, StringComparer.Ordinal);
    }

    /// <summary>The header: the columns' names in their order.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The row's number: 1 for the first behind the header.</summary>
    public long Row { get; internal set; }

    /// <summary>The cell of a column, by its position from 0.</summary>
    public ReadOnlySpan<char> this[int column] => _reader.Cell(column);

    /// <summary>A column's position.</summary>
    /// <exception cref="MLOpsInvalidException">There is no such column; the message names those that are there.</exception>
    public int IndexOf(string column) => _columns.TryGetValue(column, out var at)
        ? at
        : throw new MLOpsInvalidException($"{_file} has no column '{Name.Shown(column)}'. It has {string.Join(", ", Columns.Take(20).Select(c => $"'{Name.Shown(c)}'"))}{(Columns.Count > 20 ? " and more" : "")}.");

    /// <summary>Whether a cell is empty.</summary>
    public bool IsEmpty(string column) => this[IndexOf(column)].IsEmpty;

    /// <summary>A cell as it is written; the empty string for an empty one.</summary>
    public string Text(string column) => this[IndexOf(column)].ToString();

    /// <summary>A cell as a number; NaN for an empty one.</summary>
    /// <exception cref="MLOpsInvalidException">It is none.</exception>
    public double Number(string column) =>
        IsEmpty(column) ? double.NaN : double.TryParse(this[IndexOf(column)], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : throw Broken(column, "a number");

    /// <summary>A cell as a whole number.</summary>
    /// <exception cref="MLOpsInvalidException">It is empty, none, or beyond 64 bits.</exception>
    public long Integer(string column) =>
        long.TryParse(this[IndexOf(column)], NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var value) ? value : throw Broken(column, "a whole number");

    /// <summary>A cell as a time in ISO 8601, in UTC unless it says otherwise.</summary>
    /// <exception cref="MLOpsInvalidException">It is none.</exception>
    public DateTimeOffset Time(string column) =>
        DateTimeOffset.TryParse(this[IndexOf(column)], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var value) ? value : throw Broken(column, "a time");

    private MLOpsInvalidException Broken(string column, string what) =>
        new(string.Create(CultureInfo.InvariantCulture, $"Row {Row} of {_file}: the cell '{Name.Shown(this[IndexOf(column)].ToString())}' of column '{Name.Shown(column)}' is not {what}."));
}
