using System.CommandLine;
using System.Globalization;
using MLOps.Cli.Documents;
using MLOps.Cli.Output;
using MLOps.Models;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops model import</c>: a model from a file that an export wrote.</summary>
internal static class ModelImportCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var file = new Argument<string>("file") { Description = "The file." };
        var name = new Option<string?>("--as") { Description = "The model to import into; the file's own name by default.", HelpName = "model" };
        var command = new Command("import", "Registers the versions of a file under this store's numbers; those that are here already stay as they are.") { file, name };
        command.OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
        {
            var source = new FileStream(arguments.GetRequiredValue(file), FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.Asynchronous | FileOptions.SequentialScan);
            await using (source.ConfigureAwait(false))
            {
                var imports = await store.Archives.ImportAsync(source, new ModelImportOptions { Model = arguments.GetValue(name) }, cancellationToken).ConfigureAwait(false);
                var items = imports.Select(i => new ImportItem(i.Model, i.Number, i.Digest.Hex, i.OriginModel, i.OriginNumber, i.OriginCreatedBy, i.OriginCreatedAt, i.ImportedAt)).ToList();
                if (screen.Json) screen.Write(new ImportDocument(items), CliJson.Default.ImportDocument);
                else
                    screen.Table(["version", "was", "registered there", "by", "here since"], [.. items.Select(i => (IReadOnlyList<Cell>)
                        [string.Create(CultureInfo.InvariantCulture, $"{i.Model}/{i.Number}"), string.Create(CultureInfo.InvariantCulture, $"{i.OriginModel}/{i.OriginNumber}"), Words.Time(i.OriginCreatedAt), i.OriginCreatedBy, Words.Time(i.ImportedAt)])]);
            }

            return ExitCode.Ok;
        });
        return command;
    }
}
