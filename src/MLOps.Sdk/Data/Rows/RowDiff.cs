using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace MLOps.Data;

/// <summary>
/// Compares the rows of two files by their keys. What does not fit into memory is parted by the hash of the key, again and again until it does; keys that stand
/// twice would not become fewer by that and are an error.
/// </summary>
sealed class RowDiff(TableFile before, TableFile after, IReadOnlyList<string> key, long memory)
{
    private const int Parts = 32, Deepest = 8;

    /// <summary>A row in memory takes about so many times its bytes in a file.</summary>
    private const int Inflation = 4;

    /// <param name="length">The length of the longer file.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async IAsyncEnumerable<RowChange> RunAsync(long length, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (length <= memory / Inflation)
        {
            var first = new List<TableRow>();
            await foreach (var row in before.RowsAsync(cancellationToken).ConfigureAwait(false)) first.Add(row);
            var second = new List<TableRow>();
            await foreach (var row in after.RowsAsync(cancellationToken).ConfigureAwait(false)) second.Add(row);
            foreach (var change in Compare(first, second)) yield return change;
            yield break;
        }

        var folder = Directory.CreateTempSubdirectory("mlops-rows-").FullName;
        try
        {
            using var parts = new Partition(folder);
            await foreach (var row in before.RowsAsync(cancellationToken).ConfigureAwait(false)) parts.Before[PartOf(row, before, 0)].Add(row);
            await foreach (var row in after.RowsAsync(cancellationToken).ConfigureAwait(false)) parts.After[PartOf(row, after, 0)].Add(row);
            foreach (var change in Compare(parts, folder, 1, cancellationToken)) yield return change;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private IEnumerable<RowChange> Compare(Partition parts, string folder, int depth, CancellationToken cancellationToken)
    {
        for (var i = 0; i < Parts; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (first, second) = (parts.Before[i], parts.After[i]);
            if (Math.Max(first.Length, second.Length) <= memory / Inflation || depth == Deepest)
            {
                foreach (var change in Compare(first.Rows(), second.Rows())) yield return change;
                continue;
            }

            using var finer = new Partition(folder);
            foreach (var row in first.Rows()) finer.Before[PartOf(row, before, depth)].Add(row);
            foreach (var row in second.Rows()) finer.After[PartOf(row, after, depth)].Add(row);
            foreach (var change in Compare(finer, folder, depth + 1, cancellationToken)) yield return change;
        }
    }

    private IEnumerable<RowChange> Compare(IEnumerable<TableRow> first, IEnumerable<TableRow> second)
    {
        var old = new Dictionary<string, TableRow>(StringComparer.Ordinal);
        foreach (var row in first)
            if (!old.TryAdd(KeyOf(row, before), row)) throw Twice(before, row, old[KeyOf(row, before)].Number);
        var seen = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var row in second)
        {
            var id = KeyOf(row, after);
            if (!seen.TryAdd(id, row.Number)) throw Twice(after, row, seen[id]);
            if (!old.Remove(id, out var known)) yield return Whole(RowChangeKind.Added, null, row);
            else if (Cells(known, row) is { Count: > 0 } cells) yield return new RowChange(RowChangeKind.Changed, Values(row), known.Number, row.Number, cells);
        }

        foreach (var row in old.Values) yield return Whole(RowChangeKind.Removed, row, null);
    }

    private RowChange Whole(RowChangeKind kind, TableRow? first, TableRow? second) => new(
        kind, Values((first ?? second)!), first?.Number, second?.Number, [.. (first ?? second)!.Columns.Select((c, i) => new CellChange(c, first?.Cells[i], second?.Cells[i]))]);

    private static List<CellChange> Cells(TableRow first, TableRow second)
    {
        var changes = new List<CellChange>();
        var aligned = ReferenceEquals(first.Columns, second.Columns) || first.Columns.AsSpan().SequenceEqual(second.Columns);
        for (var i = 0; i < second.Columns.Length; i++)
        {
            var was = aligned ? first.Cells[i] : first.Cell(second.Columns[i]);
            if (was != second.Cells[i]) changes.Add(new CellChange(second.Columns[i], was, second.Cells[i]));
        }

        if (!aligned) changes.AddRange(first.Columns.Select((c, i) => (c, i)).Where(c => second.Cell(c.c) is null).Select(c => new CellChange(c.c, first.Cells[c.i], null)));
        return changes;
    }

    private List<string> Values(TableRow row) => [.. key.Select(k => row.Cell(k)!)];

    private string KeyOf(TableRow row, TableFile file)
    {
        if (key.Count == 1) return Value(row, key[0], file);
        var text = new StringBuilder();
        foreach (var column in key)
        {
            var value = Value(row, column, file);
            text.Append(CultureInfo.InvariantCulture, $"{value.Length}:").Append(value);
        }

        return text.ToString();
    }

    private static string Value(TableRow row, string column, TableFile file) => row.Cell(column)
        ?? throw new MLOpsInvalidException(string.Create(CultureInfo.InvariantCulture, $"Row {row.Number} of {file.What} has no '{Name.Shown(column)}', which is to be its key. It has {string.Join(", ", row.Columns.Take(20).Select(c => $"'{Name.Shown(c)}'"))}."));

    private int PartOf(TableRow row, TableFile file, int depth)
    {
        // FNV-1a: the same in every process, so that changes come in the same order each time.
        var hash = 14695981039346656037 ^ (ulong)depth;
        foreach (var c in KeyOf(row, file)) hash = (hash ^ c) * 1099511628211;
        hash ^= hash >> 29;
        return (int)((hash * 0x9E3779B97F4A7C15) >> 59);
    }

    private MLOpsInvalidException Twice(TableFile file, TableRow row, long other) => new(string.Create(CultureInfo.InvariantCulture,
        $"The key {string.Join(", ", Values(row).Select(v => $"'{Name.Shown(v)}'"))} stands in the rows {other} and {row.Number} of {file.What}: rows can be compared only when each has a key of its own."));

    private sealed class Partition : IDisposable
    {
        public Partition(string folder) => (Before, After) = ([.. Enumerable.Range(0, Parts).Select(_ => new RowSpill(folder))], [.. Enumerable.Range(0, Parts).Select(_ => new RowSpill(folder))]);

        public RowSpill[] Before { get; }

        public RowSpill[] After { get; }

        public void Dispose()
        {
            foreach (var spill in Before.Concat(After)) spill.Dispose();
        }
    }
}
