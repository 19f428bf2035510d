using System.CommandLine;
using MLOps.Cli.Documents;
using MLOps.Cli.Lookup;
using MLOps.Cli.Output;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops run log</c>.</summary>
internal static class RunLogCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var id = new Argument<string>("run") { Description = "The run's id, or enough of its beginning." };
        return new Command("log", "Shows the log lines of a run.") { id }
            .OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
            {
                var run = await RunLookup.FindAsync(store, arguments.GetRequiredValue(id), cancellationToken).ConfigureAwait(false);
                var lines = new List<LogItem>();
                await foreach (var line in store.Experiments.ReadLogAsync(run.Id, cancellationToken).ConfigureAwait(false))
                {
                    if (screen.Json) lines.Add(new LogItem(line.Time, line.Level, line.Category, line.Message));
                    else screen.Line(Cell.Faint(Words.Time(line.Time) + " "), new Cell(line.Level.PadRight(12), line.Level switch { "Error" or "Critical" => "red", "Warning" => "yellow", _ => "grey" }), Cell.Faint(line.Category.Length > 0 ? line.Category + " " : ""), line.Message);
                }

                if (screen.Json) screen.Write(new RunLogDocument(run.Id, lines), CliJson.Default.RunLogDocument);
                return ExitCode.Ok;
            });
    }
}
