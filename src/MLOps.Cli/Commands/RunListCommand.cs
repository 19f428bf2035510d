using System.CommandLine;
using System.Globalization;
using MLOps.Cli.Documents;
using MLOps.Cli.Output;
using MLOps.Experiments;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops run list</c>.</summary>
internal static class RunListCommand
{
    private const int MetricColumns = 3;

    public static Command Create(Surroundings surroundings)
    {
        var experiment = new Option<string?>("--experiment", "-e") { Description = "Only runs of this experiment.", HelpName = "name" };
        var status = new Option<RunStatus?>("--status") { Description = "Only runs that are running, finished, failed or killed." };
        var limit = Limit();
        return new Command("list", "Lists runs, newest first.") { experiment, status, limit }
            .OnStore(surroundings, (store, screen, arguments, cancellationToken) => ListAsync(
                store, screen, new RunQuery { Experiment = arguments.GetValue(experiment), Status = arguments.GetValue(status) }, arguments.GetValue(limit), cancellationToken));
    }

    public static Option<int> Limit()
    {
        var limit = new Option<int>("--limit", "-n") { Description = "How many at most; 0 for all.", DefaultValueFactory = _ => 20 };
        limit.Validators.Add(result => { if (result.Tokens is [var token, ..] && (!int.TryParse(token.Value, CultureInfo.InvariantCulture, out var n) || n < 0)) result.AddError("--limit is a whole number from 0."); });
        return limit;
    }

    /// <summary>Shows what a query finds.</summary>
    public static async Task<int> ListAsync(MLOpsClient store, Screen screen, RunQuery query, int limit, CancellationToken cancellationToken)
    {
        var most = limit > 0 ? limit : int.MaxValue - 1;
        var runs = new List<RunItem>();
        await foreach (var run in store.Experiments.QueryRunsAsync(query with { Limit = most + 1 }, cancellationToken).ConfigureAwait(false)) runs.Add(RunItem.Of(run));
        var more = runs.Count > most;
        if (more) runs.RemoveAt(runs.Count - 1);
        if (screen.Json) screen.Write(new RunListDocument(runs, more), CliJson.Default.RunListDocument);
        else Show(screen, runs, more);
        return ExitCode.Ok;
    }

    private static void Show(Screen screen, List<RunItem> runs, bool more)
    {
        if (runs.Count == 0)
        {
            screen.Line("No runs.");
            return;
        }

        var metrics = runs.SelectMany(r => r.Metrics.Keys).GroupBy(m => m).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal)
            .Take(MetricColumns).Select(g => g.Key).ToList();
        var ids = screen.IsTerminal ? ShortIds.Of([.. runs.Select(r => r.Id)]) : [.. runs.Select(r => r.Id)];
        var rows = runs.Select((r, i) => (IReadOnlyList<Cell>)
            [ids[i], r.Experiment, r.Name, RunShowCommand.Status(r.Status), Words.Time(r.StartedAt), RunShowCommand.Took(r, screen.Now),
             .. metrics.Select(m => (Cell)(r.Metrics.TryGetValue(m, out var metric) ? Words.Number(metric.Last) : ""))]).ToList();
        screen.Table(["run", new("experiment", 5), "name", "status", new("started", 3), new("took", 4), .. metrics.Select((m, i) => new Column(m, i == 0 ? 1 : 2))], rows);
        if (more && screen.IsTerminal) screen.Line(Cell.Faint("There are more; --limit 0 lists all."));
    }
}
