using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace MLOps.Data;

/// <summary>A file of rows with named cells: CSV, or JSON Lines.</summary>
/// <param name="open">Opens it; null when the version has no such file.</param>
/// <param name="what">What it is to people.</param>
/// <param name="csv">How it is written; null for JSON Lines.</param>
sealed class TableFile(Func<CancellationToken, ValueTask<Stream?>> open, string what, CsvOptions? csv)
{
    public string What => what;

    /// <summary>How a file is written, by its name; null for JSON Lines.</summary>
    /// <exception cref="MLOpsInvalidException">The name tells neither.</exception>
    public static CsvOptions? FormatOf(string path, CsvOptions? given) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".CSV" => given ?? new CsvOptions(),
        ".TSV" => given ?? new CsvOptions { Separator = '\t' },
        ".JSONL" or ".NDJSON" => null,
        _ => given ?? throw new MLOpsInvalidException($"Rows can be compared of CSV files (.csv, .tsv) and JSON Lines (.jsonl, .ndjson); '{Name.Shown(path)}' is neither by its name. Say how it is written if it is CSV."),
    };

    public async IAsyncEnumerable<TableRow> RowsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await open(cancellationToken).ConfigureAwait(false) is not { } stream) yield break;
        await using (stream.ConfigureAwait(false))
        {
            var rows = csv is null ? JsonRowsAsync(stream, cancellationToken) : CsvRowsAsync(stream, csv, cancellationToken);
            await foreach (var row in rows.ConfigureAwait(false)) yield return row;
        }
    }

    private async IAsyncEnumerable<TableRow> CsvRowsAsync(Stream stream, CsvOptions format, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var text = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
        var reader = new CsvReader(text, format.Separator, what);
        var columns = await reader.HeaderAsync(cancellationToken).ConfigureAwait(false);
        for (var number = 1L; await reader.ReadAsync(cancellationToken).ConfigureAwait(false); number++)
        {
            reader.RequireCells(columns.Length, number);
            yield return new TableRow(number, columns, reader.Cells());
        }
    }

    private async IAsyncEnumerable<TableRow> JsonRowsAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var number = 0L;
        await foreach (var row in JsonLines.ReadAsync(stream, what, DataJson.Default.JsonElement, cancellationToken).ConfigureAwait(false))
        {
            number++;
            if (row.ValueKind != JsonValueKind.Object) throw new MLOpsInvalidException(string.Create(CultureInfo.InvariantCulture, $"Row {number} of {what} is no JSON object, so that its cells have no names."));
            var members = row.EnumerateObject().ToList();
            var columns = members.ConvertAll(m => m.Name).ToArray();
            if (columns.Distinct(StringComparer.Ordinal).Count() != columns.Length) throw new MLOpsInvalidException(string.Create(CultureInfo.InvariantCulture, $"Row {number} of {what} has two members of the same name."));
            yield return new TableRow(number, columns, [.. members.Select(m => m.Value.GetRawText())]);
        }
    }
}
