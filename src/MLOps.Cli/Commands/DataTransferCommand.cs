using System.CommandLine;
using MLOps.Cli.Documents;
using MLOps.Cli.Output;
using MLOps.Data;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops data push</c>, <c>pull</c> and <c>clone</c>: datasets between stores, only what is missing.</summary>
internal static class DataTransferCommand
{
    public static Command Push(Surroundings surroundings) => One(surroundings, "push", "Brings a dataset's branches, tags and history to another store.", "--to", pull: false);

    public static Command Pull(Surroundings surroundings) => One(surroundings, "pull", "Brings a dataset's branches, tags and history here from another store.", "--from", pull: true);

    public static Command Clone(Surroundings surroundings)
    {
        var from = Other("--from");
        var dryRun = DatasetOptions.DryRun();
        return new Command("clone", "Brings every dataset of another store here; the store is made when there is none.") { from, dryRun }
            .OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
            {
                var location = StoreLocation.Named(arguments.GetRequiredValue(from), "--from", surroundings, mustExist: true);
                RequireAnother(location, screen);
                var other = location.Address.Open(null, surroundings.Time);
                await using (other.ConfigureAwait(false))
                {
                    var names = new List<string>();
                    await foreach (var dataset in other.Datasets.ListAsync(cancellationToken).ConfigureAwait(false)) names.Add(dataset.Name);
                    await RunAsync(surroundings, screen, other, store, names, new() { DryRun = arguments.GetValue(dryRun) }, location.Folder, screen.Store, cancellationToken).ConfigureAwait(false);
                }

                return ExitCode.Ok;
            }, arguments => !arguments.GetValue(dryRun));
    }

    private static Command One(Surroundings surroundings, string what, string description, string option, bool pull)
    {
        var dataset = new Argument<string>("dataset") { Description = "The dataset's name." };
        var other = Other(option);
        var branch = new Option<string?>("--branch", "-b") { Description = "One branch only.", HelpName = "branch" };
        var called = new Option<string?>("--branch-as") { Description = "The branch's name over there: to bring a diverged line in and merge it.", HelpName = "branch" };
        var dryRun = DatasetOptions.DryRun();
        return new Command(what, description) { dataset, other, branch, called, dryRun }
            .OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
            {
                var location = StoreLocation.Named(arguments.GetRequiredValue(other), option, surroundings, mustExist: pull || arguments.GetValue(dryRun));
                RequireAnother(location, screen);
                var far = location.Address.Open(null, surroundings.Time);
                var options = new TransferOptions { Branch = arguments.GetValue(branch), As = arguments.GetValue(called), DryRun = arguments.GetValue(dryRun) };
                await using (far.ConfigureAwait(false))
                    await RunAsync(
                        surroundings, screen, pull ? far : store, pull ? store : far, [arguments.GetRequiredValue(dataset)], options,
                        pull ? location.Folder : screen.Store, pull ? screen.Store : location.Folder, cancellationToken).ConfigureAwait(false);
                return ExitCode.Ok;
            });
    }

    private static Option<string> Other(string name) => new(name) { Description = "The other store: a folder, or an address such as postgresql:VARIABLE+s3:bucket.", HelpName = "store", Required = true };

    private static void RequireAnother(StoreLocation location, Screen screen)
    {
        if (location.Folder == screen.Store) throw new MLOpsInvalidException("Both are the same store.");
    }

    private static async Task RunAsync(
        Surroundings surroundings, Screen screen, MLOpsClient from, MLOpsClient to, List<string> datasets, TransferOptions options, string fromName, string toName, CancellationToken cancellationToken)
    {
        var (versions, chunks, bytes) = (0, 0, 0L);
        using (var progress = new ProgressLine(surroundings))
            foreach (var dataset in datasets)
            {
                var report = await from.DatasetTransfer.PushAsync(dataset, to.DatasetTransfer, options with { Progress = DatasetOptions.Versions(progress) }, cancellationToken).ConfigureAwait(false);
                (versions, chunks, bytes) = (versions + report.Versions, chunks + report.Chunks, bytes + report.Bytes);
            }

        var document = new TransferDocument(fromName, toName, datasets, versions, chunks, bytes, !options.DryRun);
        if (screen.Json) screen.Write(document, CliJson.Default.TransferDocument);
        else
            screen.Facts(
                ("from", document.From), ("to", new Cell(document.To, "bold")),
                (document.Done ? "brought" : "would bring", new Cell($"{Words.Count(versions, "version")} of {Words.Count(datasets.Count, "dataset")}{(document.Done ? $", {Words.Count(chunks, "part")}, {Words.Bytes(bytes)}" : "")}", "green")),
                ("", document.Done ? "" : "nothing was changed"));
    }
}
