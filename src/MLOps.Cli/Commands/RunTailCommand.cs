using System.CommandLine;
using System.Globalization;
using MLOps.Cli.Lookup;
using MLOps.Cli.Output;
using MLOps.Experiments;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops run tail</c>: the metrics of a run while it goes on.</summary>
internal static class RunTailCommand
{
    private const int Points = 48, FewestPoints = 6, MostMetrics = 12, LongestName = 24;

    /// <summary>The last value, its step and the spaces between; and the last column stays free, where some terminals go on to the next line.</summary>
    private const int BesideTheCurve = 1 + 12 + 15 + 1;

    public static Command Create(Surroundings surroundings)
    {
        var id = new Argument<string>("run") { Description = "The run's id, or enough of its beginning." };
        var metrics = new Option<string[]>("--metric", "-m") { Description = "Only these metrics.", HelpName = "name", Arity = ArgumentArity.OneOrMore };
        var every = new Option<double>("--every") { Description = "Seconds between two looks.", DefaultValueFactory = _ => 1, HelpName = "seconds" };
        every.Validators.Add(result => { if (result.Tokens is [var token, ..] && (!double.TryParse(token.Value, CultureInfo.InvariantCulture, out var n) || n is not (>= 0.1 and <= 3600))) result.AddError("--every is a number of seconds from 0.1 to 3600."); });
        return new Command("tail", "Follows the metrics of a run until it ends.") { id, metrics, every }
            .OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
            {
                var runId = (await RunLookup.FindAsync(store, arguments.GetRequiredValue(id), cancellationToken).ConfigureAwait(false)).Id;
                var wanted = arguments.GetValue(metrics) ?? [];
                var seen = new Dictionary<string, long>(StringComparer.Ordinal);
                while (true)
                {
                    var run = await store.Experiments.GetRunAsync(runId, cancellationToken).ConfigureAwait(false);
                    await ShowAsync(store, screen, run, wanted, seen, cancellationToken).ConfigureAwait(false);
                    if (run.Status != RunStatus.Running)
                    {
                        screen.Line($"The run {run.Name} is ", RunShowCommand.Status(Words.Lower(run.Status)), run.StatusReason is null ? "." : $": {run.StatusReason}");
                        return ExitCode.Ok;
                    }

                    await Task.Delay(TimeSpan.FromSeconds(arguments.GetValue(every)), surroundings.Time, cancellationToken).ConfigureAwait(false);
                }
            });
    }

    /// <summary>A line for each metric with its curve so far: written over the last ones where that goes, else for those that have new points.</summary>
    private static async Task ShowAsync(MLOpsClient store, Screen screen, Run run, string[] wanted, Dictionary<string, long> seen, CancellationToken cancellationToken)
    {
        var followed = run.Metrics.Where(m => wanted.Length == 0 || wanted.Contains(m.Key, StringComparer.Ordinal))
            .OrderBy(m => m.Key, StringComparer.Ordinal).Take(wanted.Length == 0 ? MostMetrics : int.MaxValue).ToList();
        var changed = followed.Where(m => seen.GetValueOrDefault(m.Key) != m.Value.Count).ToList();
        if (changed.Count == 0) return;
        var shown = screen.Back(seen.Count) ? followed : changed;
        var width = Math.Min(followed.Max(m => Words.Clean(m.Key).Length), Math.Min(LongestName, screen.LineWidth - BesideTheCurve - FewestPoints));
        var points = Math.Clamp(screen.LineWidth - width - BesideTheCurve, FewestPoints, Points);
        foreach (var (name, summary) in shown)
        {
            seen[name] = summary.Count;
            var values = new List<double>();
            await foreach (var point in store.Experiments.ReadMetricAsync(run.Id, name, new MetricRange { Points = points }, cancellationToken).ConfigureAwait(false)) values.Add(point.Value);
            var clean = Words.Clean(name);
            if (clean.Length > width) clean = string.Concat(clean.AsSpan(0, width - 1), "…");
            screen.Line(
                clean.PadRight(width + 1), new Cell(Words.Number(summary.Last).PadLeft(12), "bold"), Cell.Faint($" step {summary.LastStep.ToString(CultureInfo.InvariantCulture),-8} "), new Cell(TextCurve.Of(values), "blue"));
        }
    }
}
