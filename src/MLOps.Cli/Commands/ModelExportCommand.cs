using System.CommandLine;
using MLOps.Cli.Documents;
using MLOps.Cli.Output;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops model export</c>: a model as one file.</summary>
internal static class ModelExportCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var model = new Argument<string>("model") { Description = "The model's name." };
        var file = new Argument<string>("file") { Description = "Where to write, demand.tar for instance." };
        var versions = new Option<int[]>("--version", "-v") { Description = "A version's number; may be given several times. All of them by default.", HelpName = "number" };
        var force = new Option<bool>("--force") { Description = "Replaces the file when it is there." };
        return new Command("export", "Writes a model as one file: versions, files, where they came from, and history.") { model, file, versions, force }
            .OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
            {
                var (name, path) = (arguments.GetRequiredValue(model), arguments.GetRequiredValue(file));
                var numbers = arguments.GetValue(versions) is { Length: > 0 } chosen ? chosen : null;
                var digest = default(Digest);
                await OutputFile.WriteAsync(path, arguments.GetValue(force), async target => digest = await store.Archives.ExportAsync(name, target, numbers, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
                var length = new FileInfo(path).Length;
                if (screen.Json) screen.Write(new ExportDocument(name, Path.GetFullPath(path), length, digest.Hex), CliJson.Default.ExportDocument);
                else screen.Line($"{name} → {path}, {Words.Bytes(length)}");
                return ExitCode.Ok;
            });
    }
}
