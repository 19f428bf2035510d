using System.CommandLine;
using MLOps.Cli.Documents;
using MLOps.Cli.Output;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops data show</c>: a version of a dataset, its files and what came before it.</summary>
internal static class DataShowCommand
{
    private const int ShownFiles = 20;
    private const int ShownVersions = 10;

    public static Command Create(Surroundings surroundings)
    {
        var reference = new Argument<string>("dataset") { Description = "A dataset's name (its newest version), name@tag, or a version's id or enough of its beginning." };
        var all = new Option<bool>("--all", "-a") { Description = "Every file and every earlier version." };
        return new Command("show", "Shows a version of a dataset.") { reference, all }
            .OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
            {
                var version = await store.Datasets.ResolveAsync(arguments.GetRequiredValue(reference), cancellationToken).ConfigureAwait(false);
                var files = new List<FileItem>();
                await foreach (var file in store.Datasets.FilesAsync(version, cancellationToken).ConfigureAwait(false)) files.Add(new FileItem(file.Path, file.Length, file.Digest.Hex));
                var log = new List<DatasetVersionItem>();
                await foreach (var earlier in store.Datasets.LogAsync(version.Id, cancellationToken).ConfigureAwait(false)) log.Add(DatasetVersionItem.Of(earlier));
                var tags = new Dictionary<string, string>();
                await foreach (var dataset in store.Datasets.ListAsync(cancellationToken).ConfigureAwait(false))
                    if (dataset.Name == version.Dataset) tags = new(dataset.Tags);
                var document = new DataDocument(DatasetVersionItem.Of(version), [.. tags.Where(t => t.Value == version.Id).Select(t => t.Key).Order(StringComparer.Ordinal)], files, log);
                if (screen.Json) screen.Write(document, CliJson.Default.DataDocument);
                else Show(screen, document, tags, arguments.GetValue(all));
                return ExitCode.Ok;
            });
    }

    private static void Show(Screen screen, DataDocument document, Dictionary<string, string> tags, bool all)
    {
        var version = document.Version;
        screen.Line(new Cell(version.Dataset, "bold"), new Cell(string.Concat(document.Tags.Select(t => $"  @{t}")), "green"));
        screen.Facts(
            ("version", version.Id), ("holds", $"{Words.Count(version.FileCount, "file")}, {Words.Bytes(version.Length)}"), ("committed", Words.Time(version.CreatedAt)),
            ("by", version.Author), ("message", version.Message), ("derived from", string.Join(", ", version.Inputs)));
        RunShowCommand.Section(screen, "Metadata", version.Metadata);

        var shown = all ? document.Files.Count : ShownFiles;
        RunShowCommand.Files(screen, "Files", [.. document.Files.Take(shown)]);
        More(screen, document.Files.Count - shown, "file");

        screen.Heading("History");
        var versions = all ? document.Log.Count : ShownVersions;
        screen.Table(["version", "tags", new("committed", 1), new("by", 3), new("files", 2), "message"], [.. document.Log.Take(versions).Select(v => (IReadOnlyList<Cell>)
            [v.Id[..12], new Cell(string.Join(", ", tags.Where(t => t.Value == v.Id).Select(t => t.Key).Order(StringComparer.Ordinal)), "green"),
             Words.Time(v.CreatedAt), v.Author, Words.Count(v.FileCount, "file"), v.Message])]);
        More(screen, document.Log.Count - versions, "earlier version");
    }

    private static void More(Screen screen, int left, string what)
    {
        if (left > 0) screen.Line(Cell.Faint($"… and {Words.Count(left, what)}; --all shows all."));
    }
}
