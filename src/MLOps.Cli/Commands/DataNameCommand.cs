using System.CommandLine;
using MLOps.Cli.Documents;
using MLOps.Cli.Output;
using MLOps.Data;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops data branch</c> and <c>mlops data tag</c>: list, set, move, remove.</summary>
internal static class DataNameCommand
{
    public static Command Branch(Surroundings surroundings) => Create(
        surroundings, "branch", "Lists a dataset's branches, opens one at a version, moves or removes it.", d => d.Branches,
        (datasets, version, name, move, cancellationToken) => datasets.BranchAsync(version, name, move, cancellationToken));

    public static Command Tag(Surroundings surroundings) => Create(
        surroundings, "tag", "Lists a dataset's tags, names a version, moves or removes a name.", d => d.Tags,
        (datasets, version, name, move, cancellationToken) => datasets.TagAsync(version, name, move, cancellationToken));

    private static Command Create(
        Surroundings surroundings, string what, string description, Func<Dataset, IReadOnlyDictionary<string, string>> names, Func<IDatasetStore, DatasetVersion, string, bool, CancellationToken, ValueTask> set)
    {
        var reference = DatasetOptions.Version();
        var name = new Argument<string?>("name") { Description = $"The {what}: set at the version.", Arity = ArgumentArity.ZeroOrOne };
        var move = new Option<bool>("--move") { Description = $"Moves a {what} that names another version." };
        var remove = new Option<bool>("--remove") { Description = $"Removes the {what}; its versions stay until a collection finds that nothing else names them." };
        var command = new Command(what, description) { reference, name, move, remove };
        command.Validators.Add(result =>
        {
            var named = result.GetResult(name) is { Tokens.Count: > 0 };
            if (!named && (result.GetResult(move) is { Implicit: false } || result.GetResult(remove) is { Implicit: false })) result.AddError("--move and --remove need a name.");
            if (result.GetResult(move) is { Implicit: false } && result.GetResult(remove) is { Implicit: false }) result.AddError("Give --move or --remove, not both.");
        });
        return command.OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
        {
            var version = await store.Datasets.ResolveAsync(arguments.GetRequiredValue(reference), cancellationToken).ConfigureAwait(false);
            if (arguments.GetValue(name) is { } given)
            {
                if (!arguments.GetValue(remove)) await set(store.Datasets, version, given, arguments.GetValue(move), cancellationToken).ConfigureAwait(false);
                else if ((await NamesAsync(store, version.Dataset, names, cancellationToken).ConfigureAwait(false)).ContainsKey(given)) await store.Datasets.ForgetAsync(version.Dataset, given, cancellationToken).ConfigureAwait(false);
                else throw new MLOpsNotFoundException($"Dataset '{version.Dataset}' has no {what} '{Name.Shown(given)}'.");
            }

            var document = new DataNamesDocument(version.Dataset, await NamesAsync(store, version.Dataset, names, cancellationToken).ConfigureAwait(false));
            if (screen.Json) screen.Write(document, CliJson.Default.DataNamesDocument);
            else if (document.Names.Count == 0) screen.Line(what == "tag" ? "No tags." : "No branches.");
            else screen.Table([what, "version"], [.. document.Names.Select(n => (IReadOnlyList<Cell>)[n.Key, new Cell(screen.IsTerminal ? n.Value[..12] : n.Value, "green")])]);
            return ExitCode.Ok;
        });
    }

    private static async Task<SortedDictionary<string, string>> NamesAsync(MLOpsClient store, string dataset, Func<Dataset, IReadOnlyDictionary<string, string>> names, CancellationToken cancellationToken)
    {
        await foreach (var known in store.Datasets.ListAsync(cancellationToken).ConfigureAwait(false))
            if (known.Name == dataset) return new(names(known).ToDictionary(), StringComparer.Ordinal);
        return [];
    }
}
