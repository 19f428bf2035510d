using System.CommandLine;
using MLOps.Cli.Documents;
using MLOps.Cli.Output;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops data log</c>: the versions before one.</summary>
internal static class DataLogCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var reference = DatasetOptions.Version();
        var limit = new Option<int>("--limit", "-n") { Description = "How many at most.", DefaultValueFactory = _ => 50 };
        return new Command("log", "Shows a version and those before it, newest first.") { reference, limit }
            .OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
            {
                var most = Math.Max(1, arguments.GetValue(limit));
                var versions = new List<DatasetVersionItem>();
                var more = false;
                await foreach (var version in store.Datasets.LogAsync(arguments.GetRequiredValue(reference), cancellationToken).ConfigureAwait(false))
                {
                    if (more = versions.Count == most) break;
                    versions.Add(DatasetVersionItem.Of(version));
                }

                if (screen.Json) screen.Write(new DataLogDocument(versions, more), CliJson.Default.DataLogDocument);
                else
                {
                    screen.Table(["version", new("committed", 1), new("by", 3), new("files", 2), new("size", 2), "message"], [.. versions.Select(v => (IReadOnlyList<Cell>)
                        [screen.IsTerminal ? v.Id[..12] : v.Id, Words.Time(v.CreatedAt), v.Author, Words.Count(v.FileCount, "file"), Words.Bytes(v.Length), v.Message])]);
                    if (more) screen.Line(Cell.Faint("… and earlier ones; --limit shows more."));
                }

                return ExitCode.Ok;
            });
    }
}
