using System.CommandLine;
using MLOps.Cli.Documents;
using MLOps.Cli.Output;
using MLOps.Data;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops data restore</c>, which adds files, and <c>mlops data checkout</c>, which makes a folder hold exactly a version.</summary>
internal static class DataRestoreCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var overwrite = new Option<bool>("--overwrite") { Description = "Replaces files that are there with other content." };
        var command = new Command("restore", "Writes a version's files into a folder; files that are there already cost nothing.") { overwrite };
        return Create(surroundings, command, arguments => new() { Overwrite = arguments.GetValue(overwrite) }, null);
    }

    public static Command Checkout(Surroundings surroundings)
    {
        var yes = new Option<bool>("--yes", "-y") { Description = "Replaces and removes files without asking." };
        var command = new Command("checkout", "Makes a folder hold exactly a version: adds, replaces and removes files.") { yes };
        return Create(surroundings, command, _ => new() { Overwrite = true, RemoveOthers = true }, yes);
    }

    private static Command Create(Surroundings surroundings, Command command, Func<ParseResult, DatasetRestoreOptions> chosen, Option<bool>? yes)
    {
        var reference = DatasetOptions.Version();
        var folder = new Argument<string>("folder") { Description = "The folder; made when missing." };
        var dryRun = DatasetOptions.DryRun();
        command.Add(reference);
        command.Add(folder);
        command.Add(dryRun);
        return command.OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
        {
            var version = await store.Datasets.ResolveAsync(arguments.GetRequiredValue(reference), cancellationToken).ConfigureAwait(false);
            var path = Path.GetFullPath(arguments.GetRequiredValue(folder), surroundings.Directory);
            var options = chosen(arguments);
            var does = !arguments.GetValue(dryRun);
            if (does && yes is not null && !arguments.GetValue(yes) && !await SureAsync(store, screen, version, path, options, cancellationToken).ConfigureAwait(false)) return ExitCode.Cancelled;
            DatasetRestoreReport report;
            using (var progress = new ProgressLine(surroundings))
                report = await store.Datasets.RestoreAsync(version, path, options with { DryRun = !does, Progress = DatasetOptions.Files(progress) }, cancellationToken).ConfigureAwait(false);
            Say(screen, new DataRestoreDocument(version.Id, path, report.Added, report.Replaced, report.Removed, report.Unchanged, report.Bytes, does));
            return ExitCode.Ok;
        });
    }

    /// <summary>What is replaced or removed may be nobody's but this folder's.</summary>
    private static async Task<bool> SureAsync(MLOpsClient store, Screen screen, DatasetVersion version, string folder, DatasetRestoreOptions options, CancellationToken cancellationToken)
    {
        var would = await store.Datasets.RestoreAsync(version, folder, options with { DryRun = true }, cancellationToken).ConfigureAwait(false);
        if (would.Replaced.Count + would.Removed.Count == 0) return true;
        var what = $"{Words.Count(would.Replaced.Count, "file")} of '{folder}' would be replaced and {Words.Count(would.Removed.Count, "file")} removed";
        if (!screen.IsInteractive) throw new MLOpsInvalidException($"{what}, and nobody can be asked here: give --yes, or --dry-run to see which.");
        screen.Line($"{what}. Type yes: ");
        return Console.ReadLine()?.Trim() is "yes" or "y";
    }

    private static void Say(Screen screen, DataRestoreDocument document)
    {
        if (screen.Json)
        {
            screen.Write(document, CliJson.Default.DataRestoreDocument);
            return;
        }

        if (!document.Done)
            foreach (var (sign, style, paths) in new[] { ("+", "green", document.Added), ("~", "yellow", document.Replaced), ("-", "red", document.Removed) })
                foreach (var path in paths) screen.Line(new Cell($"{sign} {path}", style));
        screen.Line(
            new Cell($"{Words.Count(document.Added.Count, "file")} added", document.Done ? "green" : null), $", {document.Replaced.Count} replaced, {document.Removed.Count} removed, {Words.Count(document.Unchanged, "file")} unchanged ({Words.Bytes(document.Bytes)} written)",
            Cell.Faint(document.Done ? "" : "  (dry run: nothing was changed)"));
    }
}
