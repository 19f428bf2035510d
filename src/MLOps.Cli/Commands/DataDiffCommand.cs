using System.CommandLine;
using System.Globalization;
using MLOps.Cli.Documents;
using MLOps.Cli.Output;
using MLOps.Data;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops data diff</c>: files, or the rows of one, between two versions.</summary>
internal static class DataDiffCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var from = DatasetOptions.Version("from");
        var to = DatasetOptions.Version("to");
        var rows = new Option<string?>("--rows") { Description = "Compares the rows of this file, CSV or JSON Lines, instead.", HelpName = "file" };
        var key = new Option<string[]>("--key", "-k") { Description = "The column by which a row is known; may be repeated.", HelpName = "column" };
        var limit = new Option<int>("--limit", "-n") { Description = "How many rows are shown at most; all are counted.", DefaultValueFactory = _ => 100 };
        var command = new Command("diff", "Shows what differs between two versions.") { from, to, rows, key, limit };
        command.Validators.Add(result =>
        {
            if (result.GetResult(rows) is { Implicit: false } != (result.GetResult(key) is { Implicit: false })) result.AddError("--rows and --key go together.");
        });
        return command.OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
        {
            var first = await store.Datasets.ResolveAsync(arguments.GetRequiredValue(from), cancellationToken).ConfigureAwait(false);
            var second = await store.Datasets.ResolveAsync(arguments.GetRequiredValue(to), cancellationToken).ConfigureAwait(false);
            if (arguments.GetValue(rows) is { } path)
                await RowsAsync(store, screen, first, second, path, arguments.GetValue(key)!, Math.Max(0, arguments.GetValue(limit)), cancellationToken).ConfigureAwait(false);
            else await FilesAsync(store, screen, first, second, cancellationToken).ConfigureAwait(false);
            return ExitCode.Ok;
        });
    }

    private static async Task FilesAsync(MLOpsClient store, Screen screen, DatasetVersion from, DatasetVersion to, CancellationToken cancellationToken)
    {
        var diff = await store.Datasets.DiffAsync(from, to, cancellationToken).ConfigureAwait(false);
        var document = new DataDiffDocument(
            from.Id, to.Id, Items(diff.Added), [.. diff.Modified.Select(m => new ModificationItem(m.After.Path, m.Before.Length, m.After.Length, m.ReusedBytes, m.NewBytes))], Items(diff.Removed),
            [.. diff.Renamed.Select(r => new RenameItem(r.From, r.To.Path))]);
        if (screen.Json)
        {
            screen.Write(document, CliJson.Default.DataDiffDocument);
            return;
        }

        foreach (var file in document.Added) screen.Line(new Cell($"+ {file.Path}", "green"), Cell.Faint($"  {Words.Bytes(file.Length)}"));
        foreach (var file in document.Modified) screen.Line(new Cell($"~ {file.Path}", "yellow"), Cell.Faint($"  {Words.Bytes(file.LengthBefore)} → {Words.Bytes(file.Length)}, {Words.Bytes(file.NewBytes)} new"));
        foreach (var file in document.Removed) screen.Line(new Cell($"- {file.Path}", "red"), Cell.Faint($"  {Words.Bytes(file.Length)}"));
        foreach (var file in document.Renamed) screen.Line(new Cell($"> {file.From} → {file.To}", "blue"));
        if (diff.IsEmpty) screen.Line("They hold the same files.");
    }

    private static async Task RowsAsync(MLOpsClient store, Screen screen, DatasetVersion from, DatasetVersion to, string path, IReadOnlyList<string> key, int limit, CancellationToken cancellationToken)
    {
        var shown = new List<RowItem>();
        var counts = new long[3];
        await foreach (var change in store.Datasets.DiffRowsAsync(from, to, path, key, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            counts[(int)change.Kind]++;
            if (shown.Count < limit) shown.Add(new RowItem(Words.Lower(change.Kind), change.Key, change.BeforeRow, change.AfterRow, [.. change.Cells.Select(c => new CellItem(c.Column, c.Before, c.After))]));
        }

        var document = new RowDiffDocument(from.Id, to.Id, path, counts[(int)RowChangeKind.Added], counts[(int)RowChangeKind.Removed], counts[(int)RowChangeKind.Changed], shown, counts.Sum() > shown.Count);
        if (screen.Json)
        {
            screen.Write(document, CliJson.Default.RowDiffDocument);
            return;
        }

        foreach (var row in shown)
        {
            var (sign, style) = row.Kind switch { "added" => ("+", "green"), "removed" => ("-", "red"), _ => ("~", "yellow") };
            screen.Line(new Cell($"{sign} {string.Join(", ", row.Key)}", style), Cell.Faint("  "), string.Join(", ", row.Cells.Select(c => row.Kind == "changed" ? $"{c.Column}: {c.Before ?? "∅"} → {c.After ?? "∅"}" : $"{c.Column}={c.After ?? c.Before}")));
        }

        if (document.More) screen.Line(Cell.Faint(string.Create(CultureInfo.InvariantCulture, $"… and {Words.Count(counts.Sum() - shown.Count, "row")} more; --limit shows more.")));
        screen.Line($"{Words.Count(document.Added, "row")} added, {document.Removed.ToString("N0", CultureInfo.InvariantCulture)} removed, {document.Changed.ToString("N0", CultureInfo.InvariantCulture)} changed.");
    }

    private static List<FileItem> Items(IEnumerable<DatasetFile> files) => [.. files.Select(f => new FileItem(f.Path, f.Length, f.Digest.Hex))];
}
