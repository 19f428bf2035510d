using System.CommandLine;
using System.Globalization;
using System.Text;
using MLOps.Cli.Documents;
using MLOps.Cli.Lookup;
using MLOps.Experiments;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops run export</c>: everything of a run as files that any tool reads.</summary>
internal static class RunExportCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var id = new Argument<string>("run") { Description = "The run's id, or enough of its beginning." };
        var to = new Argument<string>("folder") { Description = "A folder that does not exist yet, or is empty." };
        var without = new Option<bool>("--no-artifacts") { Description = "Leaves the artifacts out." };
        return new Command("export", "Writes a run to a folder: run.json, metrics.csv and its artifacts.") { id, to, without }
            .OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
            {
                var run = await RunLookup.FindAsync(store, arguments.GetRequiredValue(id), cancellationToken).ConfigureAwait(false);
                var folder = Path.GetFullPath(arguments.GetRequiredValue(to), surroundings.Directory);
                if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())) throw new MLOpsInvalidException($"'{folder}' is there already and is not an empty folder. Choose another.");
                Directory.CreateDirectory(folder);
                await File.WriteAllTextAsync(Path.Combine(folder, "run.json"), CliJson.Text(new RunDocument(RunItem.Of(run), []), CliJson.Default.RunDocument), cancellationToken).ConfigureAwait(false);
                await MetricsAsync(store, run, Path.Combine(folder, "metrics.csv"), cancellationToken).ConfigureAwait(false);
                if (!arguments.GetValue(without)) await ArtifactsAsync(store, run, Path.Combine(folder, "artifacts"), cancellationToken).ConfigureAwait(false);
                if (screen.Json) screen.Write(new RunDoneDocument(run.Id, "exported", folder), CliJson.Default.RunDoneDocument);
                else screen.Line($"The run {run.Id} was written to {folder}.");
                return ExitCode.Ok;
            });
    }

    private static async Task MetricsAsync(MLOpsClient store, Run run, string file, CancellationToken cancellationToken)
    {
        var writer = new StreamWriter(file, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        await using (writer.ConfigureAwait(false))
        {
            await writer.WriteAsync("metric,step,time,value\r\n".AsMemory(), cancellationToken).ConfigureAwait(false);
            foreach (var metric in run.Metrics.Keys.Order(StringComparer.Ordinal))
            {
                var name = metric.AsSpan().IndexOfAny("\",\r\n") < 0 ? metric : $"\"{metric.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
                await foreach (var point in store.Experiments.ReadMetricAsync(run.Id, metric, cancellationToken: cancellationToken).ConfigureAwait(false))
                    await writer.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"{name},{point.Step},{point.Time:yyyy-MM-ddTHH:mm:ss.fffZ},{point.Value:R}\r\n").AsMemory(), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static async Task ArtifactsAsync(MLOpsClient store, Run run, string folder, CancellationToken cancellationToken)
    {
        foreach (var artifact in run.Artifacts)
        {
            // A path has no '..' and no root; what the file system makes of its characters is checked all the same.
            var path = Path.GetFullPath(Path.Combine([folder, .. artifact.Path.Split('/')]));
            if (!path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)) throw new MLOpsInvalidException($"The artifact '{Name.Shown(artifact.Path)}' would be written outside the folder.");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var content = await store.Experiments.OpenArtifactAsync(run.Id, artifact.Path, cancellationToken).ConfigureAwait(false);
            await using (content.ConfigureAwait(false))
            {
                var file = File.Create(path);
                await using (file.ConfigureAwait(false)) await content.CopyToAsync(file, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
