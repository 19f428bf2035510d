using System.CommandLine;
using System.Globalization;
using MLOps.Cli.Documents;
using MLOps.Cli.Output;
using MLOps.Data;
using MLOps.Storage;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops data gc</c>: says what a collection would delete, and deletes it when told to.</summary>
internal static class DataCollectCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var sweep = new Option<bool>("--sweep") { Description = "Deletes what was found unneeded for the grace; without it nothing is changed." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only says what would be deleted: so it is without --sweep." };
        var grace = new Option<double>("--grace") { Description = "For how many hours data must have been found unneeded before it is deleted.", HelpName = "hours", DefaultValueFactory = _ => 1 };
        var rewrite = new Option<double>("--rewrite-below") { Description = "Packs of which a smaller part is needed are written anew; 0 for none.", HelpName = "part", DefaultValueFactory = _ => 0.5 };
        var command = new Command("gc", "Says which data nothing needs any more; with --sweep deletes it.") { sweep, dryRun, grace, rewrite };
        command.Validators.Add(result =>
        {
            if (result.GetResult(sweep) is { Implicit: false } && result.GetResult(dryRun) is { Implicit: false }) result.AddError("Give --sweep or --dry-run, not both.");
        });
        return command.OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
        {
            var hours = arguments.GetValue(grace);
            if (!(hours is >= 0 and <= 87_600)) throw new MLOpsInvalidException("--grace is a number of hours from 0 to 87600.");
            var options = new CollectionOptions { Grace = TimeSpan.FromHours(hours), RewriteBelow = arguments.GetValue(rewrite) };
            var does = arguments.GetValue(sweep);
            CollectionPlan plan;
            CollectionReport report = new();
            using (var progress = new ProgressLine(surroundings))
            {
                progress.Report(new StoreProgress("marking", 0, 0));
                plan = await store.DatasetUpkeep.PlanCollectionAsync(options, cancellationToken).ConfigureAwait(false);
                if (does)
                {
                    progress.Report(new StoreProgress("sweeping", 0, 0));
                    report = await store.DatasetUpkeep.CollectAsync(options, cancellationToken).ConfigureAwait(false);
                }
            }

            var document = new CollectionDocument(
                does, plan.Packs, plan.Bytes, plan.UnneededPacks, plan.SparsePacks, plan.UnneededBytes, plan.UnneededVersions,
                report.DeletedPacks, report.FreedBytes, report.WaitingPacks, report.SparedPacks, report.CollectedVersions);
            if (screen.Json) screen.Write(document, CliJson.Default.CollectionDocument);
            else Show(screen, document);
            return ExitCode.Ok;
        });
    }

    private static void Show(Screen screen, CollectionDocument told)
    {
        screen.Facts(
            ("store", $"{Words.Count(told.Packs, "pack")}, {Words.Bytes(told.Bytes)}"),
            ("unneeded", $"{Words.Bytes(told.UnneededBytes)} in {Words.Count(told.UnneededPacks, "pack")} wholly and {told.SparsePacks.ToString(CultureInfo.InvariantCulture)} in part"),
            ("versions", told.UnneededVersions.Count == 0 ? "none would be lost" : $"{Words.Count(told.UnneededVersions.Count, "version")} that nothing names: {string.Join(", ", told.UnneededVersions.Take(10).Select(v => v[..12]))}{(told.UnneededVersions.Count > 10 ? " and more" : "")}"),
            ("deleted", told.Done ? new Cell($"{Words.Count(told.DeletedPacks, "pack")}, {Words.Bytes(Math.Max(0, told.FreedBytes))} freed", "green") : ""),
            ("waiting", told.Done && told.WaitingPacks > 0 ? $"{Words.Count(told.WaitingPacks, "pack")} until the grace has passed: collect again then" : ""));
        if (!told.Done) screen.Line(Cell.Faint("Nothing was changed; --sweep deletes."));
    }
}
