using System.CommandLine;
using System.Globalization;
using MLOps.Cli.Documents;
using MLOps.Cli.Lookup;
using MLOps.Cli.Output;
using MLOps.Experiments;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops run show</c>.</summary>
internal static class RunShowCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var id = new Argument<string>("run") { Description = "The run's id, or enough of its beginning." };
        return new Command("show", "Shows what a run wrote down.") { id }
            .OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
            {
                var run = RunItem.Of(await RunLookup.FindAsync(store, arguments.GetRequiredValue(id), cancellationToken).ConfigureAwait(false));
                var children = new List<RunItem>();
                await foreach (var child in store.Experiments.QueryRunsAsync(new RunQuery { ParentId = run.Id }, cancellationToken).ConfigureAwait(false)) children.Add(RunItem.Of(child));
                if (screen.Json) screen.Write(new RunDocument(run, children), CliJson.Default.RunDocument);
                else Show(screen, run, children);
                return ExitCode.Ok;
            });
    }

    public static Cell Status(string status) => new(status, status switch { "finished" => "green", "running" => "blue", _ => "red" });

    public static string Took(RunItem run, DateTimeOffset now) => Words.Span((run.EndedAt ?? now) - run.StartedAt);

    private static void Show(Screen screen, RunItem run, List<RunItem> children)
    {
        screen.Line(new Cell(run.Name, "bold"), Cell.Faint($"  run {run.Id}"));
        screen.Facts(
            ("experiment", run.Experiment), ("status", Status(run.Status)), ("reason", run.StatusReason), ("started", Words.Time(run.StartedAt)),
            (run.EndedAt is null ? "so far" : "took", Took(run, screen.Now)), ("by", run.Actor), ("parent", run.ParentId),
            ("forked from", run.ForkedFrom is { } origin ? $"{origin.Run} at step {origin.Step.ToString(CultureInfo.InvariantCulture)}" : null), ("deleted", run.DeletedAt is { } deleted ? new Cell(Words.Time(deleted), "red") : ""),
            ("held", run.Hold is { } hold ? new Cell($"{hold.Reason} ({hold.Actor})", "yellow") : ""),
            ("commit", run.Environment?.Commit is { } commit ? $"{commit[..Math.Min(12, commit.Length)]}{(run.Environment.Branch is { } branch ? $" on {branch}" : "")}{(run.Environment.IsDirty == true ? ", with changes" : "")}" : null),
            ("made on", run.Environment?.Machine is { } machine ? $"{machine}, {run.Environment.OperatingSystem}, {run.Environment.Runtime}" : null),
            ("cost", run.Cost is { } cost ? $"{Words.Number(cost.CpuHours)} CPU hours, {Words.Bytes(cost.PeakMemoryBytes)} at most{(cost.Price is { } price ? $", price {Words.Number(price)}" : "")}" : null),
            ("dropped", run.DroppedPoints > 0 ? new Cell(Words.Count(run.DroppedPoints, "point"), "red") : ""), ("note", run.Note));
        Section(screen, "Params", run.Params);
        if (run.Metrics.Count > 0)
        {
            screen.Heading("Metrics");
            screen.Table(["metric", "last", new("at step", 4), new("min", 2), new("max", 1), new("points", 3)], [.. run.Metrics.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => (IReadOnlyList<Cell>)
                [m.Key, Words.Number(m.Value.Last), m.Value.LastStep.ToString(CultureInfo.InvariantCulture), Words.Number(m.Value.Min), Words.Number(m.Value.Max), m.Value.Count.ToString("N0", CultureInfo.InvariantCulture)])]);
        }

        if (run.Inputs.Count > 0)
        {
            screen.Heading("Data");
            screen.Table(["dataset", "version", "for"], [.. run.Inputs.Select(i => (IReadOnlyList<Cell>)[i.Dataset, i.VersionId[..Math.Min(12, i.VersionId.Length)], i.Context])]);
        }

        Files(screen, "Artifacts", run.Artifacts);
        Section(screen, "Tags", run.Tags);
        if (run.Comments.Count > 0)
        {
            screen.Heading("Comments");
            foreach (var comment in run.Comments) screen.Line(Cell.Faint($"{Words.Time(comment.At)} {comment.By}: "), comment.Text);
        }

        if (children.Count == 0) return;
        screen.Heading("Runs beneath it");
        var ids = ShortIds.Of([.. children.Select(c => c.Id)]);
        screen.Table(["run", "name", "status", "took"], [.. children.Select((c, i) => (IReadOnlyList<Cell>)[ids[i], c.Name, Status(c.Status), Took(c, screen.Now)])]);
    }

    public static void Section(Screen screen, string title, IReadOnlyDictionary<string, string> values)
    {
        if (values.Count == 0) return;
        screen.Heading(title);
        screen.Facts(values.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => (Words.Clean(v.Key), (Cell)v.Value)));
    }

    public static void Files(Screen screen, string title, IReadOnlyList<FileItem> files)
    {
        if (files.Count == 0) return;
        screen.Heading(title);
        screen.Table(["path", "size", new("sha-256", 1)], [.. files.Select(f => (IReadOnlyList<Cell>)[f.Path, Words.Bytes(f.Length), Cell.Faint(f.Digest[..12])])]);
    }
}
