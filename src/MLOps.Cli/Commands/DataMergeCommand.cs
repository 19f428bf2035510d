using System.CommandLine;
using MLOps.Cli.Documents;
using MLOps.Data;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops data merge</c> and <c>mlops data rollback</c>.</summary>
internal static class DataMergeCommand
{
    public static Command Create(Surroundings surroundings) => Create(
        surroundings, "merge", "Brings what another line of work changed into a branch.",
        (datasets, version, options, cancellationToken) => datasets.MergeAsync(version, options, cancellationToken), "The branch has all of it already.");

    public static Command Rollback(Surroundings surroundings) => Create(
        surroundings, "rollback", "Makes a branch hold again what an earlier version held, as a new version.",
        (datasets, version, options, cancellationToken) => datasets.RollbackAsync(version, options, cancellationToken), "The branch holds it already.");

    private static Command Create(
        Surroundings surroundings, string what, string description, Func<IDatasetStore, DatasetVersion, DatasetCommitOptions, CancellationToken, ValueTask<DatasetVersion>> act, string unchanged)
    {
        var reference = DatasetOptions.Version();
        var branch = new Option<string>("--into", "-b") { Description = "The branch.", HelpName = "branch", DefaultValueFactory = _ => "main" };
        var message = DatasetOptions.Message();
        return new Command(what, description) { reference, branch, message }
            .OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
            {
                var version = await store.Datasets.ResolveAsync(arguments.GetRequiredValue(reference), cancellationToken).ConfigureAwait(false);
                var into = arguments.GetRequiredValue(branch);
                var before = await HeadAsync(store, version.Dataset, into, cancellationToken).ConfigureAwait(false);
                var after = await act(store.Datasets, version, new() { Branch = into, Message = arguments.GetValue(message) }, cancellationToken).ConfigureAwait(false);
                DatasetOptions.Say(screen, new DataCommitDocument(DatasetVersionItem.Of(after), after.Id != before, true), unchanged);
                return ExitCode.Ok;
            });
    }

    private static async Task<string?> HeadAsync(MLOpsClient store, string dataset, string branch, CancellationToken cancellationToken)
    {
        await foreach (var known in store.Datasets.ListAsync(cancellationToken).ConfigureAwait(false))
            if (known.Name == dataset) return known.Branches.GetValueOrDefault(branch);
        return null;
    }
}
