using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Serialization.Metadata;

namespace MLOps.Data;

/// <summary>Rows of a version's files, read without restoring them, and compared between versions.</summary>
public static class DatasetRows
{
    /// <summary>Reads the rows of a CSV file (RFC 4180, UTF-8, with a header) of a version, one at a time.</summary>
    /// <example><code>await foreach (var ride in mlops.Datasets.ReadCsvAsync(version, "2011-01.csv", r => new Ride(r.Time("when"), r.Number("temp")))) …</code></example>
    /// <typeparam name="T">What a row becomes.</typeparam>
    /// <param name="datasets">The datasets.</param>
    /// <param name="version">The version.</param>
    /// <param name="path">The file.</param>
    /// <param name="read">Makes something of a row, which is valid for the call only.</param>
    /// <param name="options">Null for commas.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MLOpsNotFoundException">No such file in the version.</exception>
    /// <exception cref="MLOpsInvalidException">The file is no CSV, or a cell is not what was asked for; the message names the row.</exception>
    public static async IAsyncEnumerable<T> ReadCsvAsync<T>(
        this IDatasetStore datasets, DatasetVersion version, string path, Func<CsvRow, T> read, CsvOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(datasets);
        ArgumentNullException.ThrowIfNull(version);
        ArgumentNullException.ThrowIfNull(read);
        var format = (options ?? new CsvOptions()).Checked();
        var stream = await datasets.OpenAsync(version, path, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using var text = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
            var what = What(version, path);
            var reader = new CsvReader(text, format.Separator, what);
            var row = new CsvRow(what, await reader.HeaderAsync(cancellationToken).ConfigureAwait(false), reader);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                row.Row++;
                reader.RequireCells(row.Columns.Count, row.Row);
                yield return read(row);
            }
        }
    }

    /// <summary>Reads the rows of a JSON Lines file of a version, one at a time.</summary>
    /// <typeparam name="T">What a row becomes.</typeparam>
    /// <param name="datasets">The datasets.</param>
    /// <param name="version">The version.</param>
    /// <param name="path">The file.</param>
    /// <param name="type">From a source-generated context.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MLOpsNotFoundException">No such file in the version.</exception>
    /// <exception cref="MLOpsInvalidException">A row is broken, or null; the message names it.</exception>
    public static async IAsyncEnumerable<T> ReadJsonLinesAsync<T>(
        this IDatasetStore datasets, DatasetVersion version, string path, JsonTypeInfo<T> type, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(datasets);
        ArgumentNullException.ThrowIfNull(version);
        ArgumentNullException.ThrowIfNull(type);
        var stream = await datasets.OpenAsync(version, path, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
            await foreach (var row in JsonLines.ReadAsync(stream, What(version, path), type, cancellationToken).ConfigureAwait(false)) yield return row;
    }

    /// <summary>
    /// Which rows of a CSV or JSON Lines file differ between two versions, by a key. Cells are compared as they are written. Reads both files once; memory is bounded by
    /// <see cref="RowDiffOptions.Memory"/>, whatever their length. Small files give changes in the second version's order, removed rows last; long ones in an order that is the same each time.
    /// </summary>
    /// <param name="datasets">The datasets.</param>
    /// <param name="from">The first version.</param>
    /// <param name="to">The second.</param>
    /// <param name="path">The file; a version that does not have it counts as one without rows.</param>
    /// <param name="key">The columns, or JSON members, by which a row is known.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MLOpsNotFoundException">Neither version has the file.</exception>
    /// <exception cref="MLOpsInvalidException">A file is broken, a row has no key, or two rows of a version have the same one; the message names them.</exception>
    public static async IAsyncEnumerable<RowChange> DiffRowsAsync(
        this IDatasetStore datasets, DatasetVersion from, DatasetVersion to, string path, IReadOnlyList<string> key, RowDiffOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(datasets);
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(key);
        if (key.Count == 0) throw new MLOpsInvalidException("Rows are compared by a key: name at least one column.");
        var set = (options ?? new RowDiffOptions()).Checked();
        var csv = TableFile.FormatOf(path, set.Csv);
        var (first, second) = (await LengthAsync(datasets, from, path, cancellationToken).ConfigureAwait(false), await LengthAsync(datasets, to, path, cancellationToken).ConfigureAwait(false));
        if (first is null && second is null) (await datasets.OpenAsync(to, path, cancellationToken).ConfigureAwait(false)).Dispose();
        if (from.Tree == to.Tree) yield break;
        var diff = new RowDiff(File(from, first), File(to, second), key, set.Memory);
        await foreach (var change in diff.RunAsync(Math.Max(first ?? 0, second ?? 0), cancellationToken).ConfigureAwait(false)) yield return change;

        TableFile File(DatasetVersion version, long? length) => new(async token => length is null ? null : await datasets.OpenAsync(version, path, token).ConfigureAwait(false), What(version, path), csv);
    }

    private static async ValueTask<long?> LengthAsync(IDatasetStore datasets, DatasetVersion version, string path, CancellationToken cancellationToken)
    {
        try
        {
            var stream = await datasets.OpenAsync(version, path, cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false)) return stream.Length;
        }
        catch (MLOpsNotFoundException) when (!version.IsCollected)
        {
            return null;
        }
    }

    private static string What(DatasetVersion version, string path) => $"'{Name.Shown(path)}' of version {version.ShortId()} of dataset '{Name.Shown(version.Dataset)}'";
}
