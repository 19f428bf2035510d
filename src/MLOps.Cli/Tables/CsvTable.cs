using System.Globalization;
using System.Text;
using MLOps.Data;
using MLOps.Monitoring;

namespace MLOps.Cli.Tables;

/// <summary>A CSV file with a header row (RFC 4180), as columns: one in which every cell is a number or empty is a number, any other a category; an empty cell is missing.</summary>
internal static class CsvTable
{
    /// <exception cref="MLOpsInvalidException">The file has no header, a row has another number of cells, or a named column is not there.</exception>
    public static async Task<FeatureTable> ReadAsync(string path, CsvColumns named, CancellationToken cancellationToken)
    {
        var rows = Split(await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false), path);
        if (rows.Count == 0 || rows[0].Count == 1 && rows[0][0].Length == 0) throw new MLOpsInvalidException($"'{path}' is empty: a header row with the columns' names is needed.");
        var header = rows[0];
        if (header.GroupBy(h => h, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice) throw new MLOpsInvalidException($"'{path}' has two columns '{Name.Shown(twice.Key)}'.");
        foreach (var name in named.All())
            if (!header.Contains(name, StringComparer.Ordinal)) throw new MLOpsInvalidException($"'{path}' has no column '{Name.Shown(name)}'; it has {string.Join(", ", header.Take(20).Select(Name.Shown))}.");
        rows.RemoveAt(0);
        double[] Numbers(string? name) => name is null ? [] : Parse(rows, header.IndexOf(name)) ?? throw new MLOpsInvalidException($"The column '{Name.Shown(name)}' of '{path}' holds cells that are no numbers.");
        var special = new[] { named.Prediction, named.Label, named.Time }.Concat(named.Ignored).ToHashSet(StringComparer.Ordinal);
        return new([.. header.Select((name, at) => (name, at)).Where(c => !special.Contains(c.name)).Select(c => Column(rows, c.name, c.at, named.Categories.Contains(c.name)))])
        {
            Name = Path.GetFileName(path),
            Predictions = Numbers(named.Prediction),
            Labels = Numbers(named.Label),
            Times = named.Time is null ? default : Times(rows, header.IndexOf(named.Time), path),
        };
    }

    private static FeatureColumn Column(List<List<string>> rows, string name, int at, bool isCategory) =>
        !isCategory && Parse(rows, at) is { } numbers
            ? new(name, FeatureKind.Number, numbers, default)
            : new(name, FeatureKind.Category, default, rows.Select(row => row[at].Length == 0 ? null : row[at]).ToArray());

    private static double[]? Parse(List<List<string>> rows, int at)
    {
        var numbers = new double[rows.Count];
        for (var i = 0; i < numbers.Length; i++)
        {
            if (rows[i][at].Length == 0) numbers[i] = double.NaN;
            else if (!double.TryParse(rows[i][at], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i])) return null;
        }

        return numbers;
    }

    private static DateTimeOffset[] Times(List<List<string>> rows, int at, string path) => [.. rows.Select((row, i) =>
        DateTimeOffset.TryParse(row[at], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw new MLOpsInvalidException($"'{Name.Shown(row[at])}' in row {i + 2} of '{path}' is no time: write it as 2026-01-31T12:00:00Z."))];

    private static List<List<string>> Split(string text, string path)
    {
        var rows = new List<List<string>>();
        var row = new List<string>();
        var cell = new StringBuilder();
        var (quoted, any) = (false, false);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (i == 0 && c == '\uFEFF') continue;
            if (quoted)
            {
                if (c != '"') cell.Append(c);
                else if (i + 1 < text.Length && text[i + 1] == '"') cell.Append(text[i++]);
                else quoted = false;
            }
            else if (c == '"' && cell.Length == 0) (quoted, any) = (true, true);
            else if (c == ',') (any, _) = (true, Cell());
            else if (c == '\n') Row();
            else if (c != '\r') (any, _) = (true, cell.Append(c));
        }

        if (quoted) throw new MLOpsInvalidException($"A quoted cell of '{path}' does not end.");
        if (any) Row();
        return rows;

        bool Cell()
        {
            row.Add(cell.ToString().Trim());
            cell.Clear();
            return true;
        }

        void Row()
        {
            Cell();
            // An empty line between rows is none.
            if (row.Count == 1 && row[0].Length == 0 && rows.Count > 0)
            {
                row.Clear();
                return;
            }

            if (rows.Count > 0 && row.Count != rows[0].Count) throw new MLOpsInvalidException($"Row {rows.Count + 1} of '{path}' has {row.Count} cells, and the header has {rows[0].Count}.");
            rows.Add([.. row]);
            row.Clear();
            any = false;
        }
    }
}
