using System.CommandLine;
using System.Globalization;
using MLOps.Cli.Documents;
using MLOps.Cli.Output;
using MLOps.Models;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops model list</c>.</summary>
internal static class ModelListCommand
{
    public static Command Create(Surroundings surroundings) => new Command("list", "Lists models.")
        .OnStore(surroundings, async (store, screen, _, cancellationToken) =>
        {
            var models = new List<ModelItem>();
            await foreach (var model in store.Models.ListAsync(cancellationToken).ConfigureAwait(false))
                models.Add(new ModelItem(model.Name, model.LatestNumber, model.CreatedAt, await AliasesAsync(store.Models, model.Name, cancellationToken).ConfigureAwait(false)));
            if (screen.Json)
            {
                screen.Write(new ModelListDocument(models), CliJson.Default.ModelListDocument);
                return ExitCode.Ok;
            }

            if (models.Count == 0) screen.Line("No models.");
            else
                screen.Table(["model", "latest", "aliases", new("first registered", 1)], [.. models.Select(m => (IReadOnlyList<Cell>)
                    [m.Name, m.LatestNumber.ToString(CultureInfo.InvariantCulture), Shown(m.Aliases), Words.Time(m.CreatedAt)])]);
            return ExitCode.Ok;
        });

    public static async Task<IReadOnlyList<AliasItem>> AliasesAsync(IModelRegistry registry, string model, CancellationToken cancellationToken)
    {
        var aliases = new List<AliasItem>();
        await foreach (var alias in registry.AliasesAsync(model, cancellationToken).ConfigureAwait(false))
            if (alias.Number > 0) aliases.Add(AliasItem.Of(alias));
        return aliases;
    }

    public static string Shown(IReadOnlyList<AliasItem> aliases) =>
        string.Join(", ", aliases.Select(a => string.Create(CultureInfo.InvariantCulture, $"{a.Alias} → {a.Number}")));
}
