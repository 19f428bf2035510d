using System.CommandLine;
using MLOps.Cli.Documents;
using MLOps.Cli.Output;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops audit export</c>.</summary>
internal static class AuditExportCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var file = new Argument<string>("file") { Description = "A new file: one entry a line, oldest first, each the exact bytes that the next one holds the SHA-256 of." };
        return new Command("export", "Writes the whole chain to a file.") { file }
            .OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
            {
                var path = Path.GetFullPath(arguments.GetRequiredValue(file), surroundings.Directory);
                var target = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
                long entries;
                await using (target.ConfigureAwait(false)) entries = await store.Audit.ExportAsync(target, cancellationToken).ConfigureAwait(false);
                if (screen.Json) screen.Write(new AuditExportDocument(path, entries), CliJson.Default.AuditExportDocument);
                else screen.Line(new Cell(Words.Count(entries, "entry", "entries"), "green"), Cell.Faint($"  {path}"));
                return ExitCode.Ok;
            });
    }
}
