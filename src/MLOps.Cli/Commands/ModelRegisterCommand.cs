using System.CommandLine;
using MLOps.Cli.Documents;
using MLOps.Cli.Output;
using MLOps.Models;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops model register</c>: a folder of files becomes a version.</summary>
internal static class ModelRegisterCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var model = new Argument<string>("model") { Description = "The model's name; created with its first version." };
        var folder = new Argument<string>("folder") { Description = "The folder whose files are stored as they are." };
        var loader = new Option<string>("--loader") { Description = "The key of the loader that will make a model of the files (AddModelLoader).", HelpName = "key", Required = true };
        var run = new Option<string?>("--run") { Description = "The run that made it.", HelpName = "id" };
        var data = new Option<string[]>("--data") { Description = "A dataset version that it was trained on, by its whole id; may be repeated.", HelpName = "id" };
        var tag = new Option<string[]>("--tag") { Description = "A label; may be repeated.", HelpName = "name=value" };
        var metric = new Option<string[]>("--metric") { Description = "A metric; may be repeated.", HelpName = "name=number" };
        var description = new Option<string?>("--description") { Description = "For people.", HelpName = "text" };
        return new Command("register", "Registers a folder of files as a new version of a model.") { model, folder, loader, run, data, tag, metric, description }
            .OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
            {
                var path = Path.GetFullPath(arguments.GetRequiredValue(folder), surroundings.Directory);
                var options = new RegisterOptions
                {
                    RunId = arguments.GetValue(run),
                    DatasetVersions = arguments.GetValue(data) ?? [],
                    Tags = ModelOptions.Pairs(arguments.GetValue(tag), "--tag"),
                    Metrics = ModelOptions.Pairs(arguments.GetValue(metric), "--metric").ToDictionary(m => m.Key, m => ModelOptions.Number(m.Value, "--metric")),
                    Description = arguments.GetValue(description),
                };
                var version = await store.Models.RegisterAsync(arguments.GetRequiredValue(model), new ModelFolder(path, arguments.GetRequiredValue(loader)), options, cancellationToken).ConfigureAwait(false);
                if (screen.Json) screen.Write(new RegisteredDocument(ModelVersionItem.Of(version)), CliJson.Default.RegisteredDocument);
                else screen.Line(new Cell(version.ToString(), "green"), Cell.Faint($"  {version.Digest.Hex}"));
                return ExitCode.Ok;
            });
    }
}
