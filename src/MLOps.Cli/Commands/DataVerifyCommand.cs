using System.CommandLine;
using MLOps.Cli.Documents;
using MLOps.Cli.Output;
using MLOps.Data;
using MLOps.Storage;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops data verify</c>.</summary>
internal static class DataVerifyCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var level = new Option<VerifyLevel>("--level", "-l") { Description = "structure (nothing is read but lists), sample (a random part), or full.", DefaultValueFactory = _ => VerifyLevel.Full };
        var part = new Option<double>("--part") { Description = "Which part of the data a sample reads, above 0 and at most 1.", DefaultValueFactory = _ => 0.05 };
        return new Command("verify", "Finds damage in the datasets' bytes, and says whose it is: version, file and bytes.") { level, part }
            .OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
            {
                DatasetVerifyReport report;
                using (var progress = new ProgressLine(surroundings))
                {
                    progress.Report(new StoreProgress("verifying", 0, 0));
                    report = await store.DatasetUpkeep.VerifyAsync(new() { Level = arguments.GetValue(level), Part = arguments.GetValue(part) }, cancellationToken).ConfigureAwait(false);
                }

                var document = new DataVerifyDocument(report.IsSound, report.Versions, report.Packs, report.BytesRead, report.Damages, report.DamagedPacks);
                if (screen.Json) screen.Write(document, CliJson.Default.DataVerifyDocument);
                else
                {
                    screen.Facts(
                        ("looked at", $"{Words.Count(report.Versions, "version")}, {Words.Count(report.Packs, "pack")}"), ("read", Words.Bytes(report.BytesRead)),
                        ("result", report.IsSound ? new Cell("sound", "green") : new Cell($"{Words.Count(report.Damages.Count, "damage")} in {Words.Count(report.DamagedPacks.Count, "pack")}", "red")));
                    Show(screen, report);
                }

                return report.IsSound ? ExitCode.Ok : ExitCode.IntegrityFailure;
            });
    }

    public static void Show(Screen screen, DatasetVerifyReport report)
    {
        foreach (var damage in report.Damages)
            screen.Line(new Cell($"{damage.Dataset}@{damage.Version[..12]} ", "red"), $"{damage.Path ?? "its list of files"}{(damage.Length > 0 ? $" bytes {damage.Offset} to {damage.Offset + damage.Length}" : "")}: {damage.Reason}");
        if (report.Damages.Count == 0)
            foreach (var pack in report.DamagedPacks) screen.Line(new Cell("pack ", "red"), pack);
    }
}
