using System.CommandLine;
using MLOps.Cli.Documents;
using MLOps.Cli.Output;
using MLOps.Data;
using MLOps.Storage;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops data repair</c>.</summary>
internal static class DataRepairCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var from = new Option<string?>("--from") { Description = "A store that has the data: a copy, the one that was pushed to or cloned from.", HelpName = "store" };
        var folder = new Option<string?>("--folder") { Description = "A folder that holds the data, such as a restored version.", HelpName = "folder" };
        var command = new Command("repair", "Makes damaged versions whole from another store or a folder.") { from, folder };
        command.Validators.Add(result =>
        {
            if (result.GetResult(from) is { Implicit: false } == (result.GetResult(folder) is { Implicit: false })) result.AddError("Give --from or --folder: one of them.");
        });
        return command.OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
        {
            DatasetRepairReport report;
            using (var progress = new ProgressLine(surroundings))
            {
                progress.Report(new StoreProgress("repairing", 0, 0));
                if (arguments.GetValue(folder) is { } path)
                    report = await store.DatasetUpkeep.RepairFromFolderAsync(Path.GetFullPath(path, surroundings.Directory), cancellationToken).ConfigureAwait(false);
                else
                {
                    var other = StoreLocation.Named(arguments.GetValue(from)!, "--from", surroundings, mustExist: true).Address.Open(null, surroundings.Time);
                    await using (other.ConfigureAwait(false)) report = await store.DatasetUpkeep.RepairAsync(other.DatasetUpkeep, cancellationToken).ConfigureAwait(false);
                }
            }

            var document = new DataRepairDocument(report.Repaired, report.After.IsSound, report.After.Damages, report.After.DamagedPacks);
            if (screen.Json) screen.Write(document, CliJson.Default.DataRepairDocument);
            else
            {
                screen.Line(new Cell($"{Words.Count(report.Repaired, "part")} repaired; the datasets are ", report.After.IsSound ? "green" : null), report.After.IsSound ? new Cell("sound.", "green") : new Cell("not sound yet:", "red"));
                DataVerifyCommand.Show(screen, report.After);
            }

            return report.After.IsSound ? ExitCode.Ok : ExitCode.IntegrityFailure;
        });
    }
}
