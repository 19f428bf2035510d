using System.CommandLine;
using MLOps.Cli.Documents;
using MLOps.Cli.Output;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops data list</c>.</summary>
internal static class DataListCommand
{
    public static Command Create(Surroundings surroundings) => new Command("list", "Lists datasets.")
        .OnStore(surroundings, async (store, screen, _, cancellationToken) =>
        {
            var datasets = new List<DatasetItem>();
            await foreach (var dataset in store.Datasets.ListAsync(cancellationToken).ConfigureAwait(false))
            {
                var head = await store.Datasets.ResolveAsync(dataset.Head, cancellationToken).ConfigureAwait(false);
                datasets.Add(new DatasetItem(dataset.Name, dataset.Head, dataset.Tags, head.FileCount, head.Length, dataset.UpdatedAt));
            }

            if (screen.Json) screen.Write(new DataListDocument(datasets), CliJson.Default.DataListDocument);
            else if (datasets.Count == 0) screen.Line("No datasets.");
            else
                screen.Table(["dataset", "head", "tags", new("files", 3), new("size", 2), new("updated", 1)], [.. datasets.Select(d => (IReadOnlyList<Cell>)
                    [d.Name, screen.IsTerminal ? d.Head[..12] : d.Head, Tags(d.Tags.Keys), Words.Count(d.FileCount, "file"), Words.Bytes(d.Length), Words.Time(d.UpdatedAt)])]);
            return ExitCode.Ok;
        });

    private static string Tags(IEnumerable<string> tags)
    {
        var sorted = tags.Order(StringComparer.Ordinal).ToList();
        return sorted.Count <= 4 ? string.Join(", ", sorted) : $"{string.Join(", ", sorted.Take(3))} and {Words.Count(sorted.Count - 3, "other")}";
    }
}
