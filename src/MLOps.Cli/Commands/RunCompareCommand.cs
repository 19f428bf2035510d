using System.CommandLine;
using System.Globalization;
using MLOps.Cli.Documents;
using MLOps.Cli.Lookup;
using MLOps.Cli.Output;
using MLOps.Experiments;
using MLOps.Storage;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops run compare</c>.</summary>
internal static class RunCompareCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var runs = new Argument<string[]>("runs") { Description = "Ids of runs, or enough of their beginnings; without any, those of --experiment or --where.", Arity = ArgumentArity.ZeroOrMore };
        var experiment = new Option<string?>("--experiment", "-e") { Description = "All runs of this experiment.", HelpName = "name" };
        var where = new Option<string?>("--where") { Description = "All runs that meet a condition; see 'mlops run search --help'.", HelpName = "filter" };
        var goals = new Option<string[]>("--goal", "-g") { Description = "What they are judged by: a metric, of which less is better, or 'metric:max'. The first decides.", HelpName = "metric", Arity = ArgumentArity.OneOrMore };
        var html = new Option<string?>("--html") { Description = "Writes the report, a page that needs nothing else, to this file.", HelpName = "file" };
        var markdown = new Option<bool>("--markdown") { Description = "Writes a Markdown table." };
        var csv = new Option<bool>("--csv") { Description = "Writes all params that differ and all metrics as CSV." };
        var byTime = new Option<bool>("--by-time") { Description = "Lays learning curves over each other by time instead of by step." };
        var command = new Command("compare", "Lays runs side by side: params, metrics, the best recipe and how sure that is.") { runs, experiment, where, goals, html, markdown, csv, byTime };
        command.Validators.Add(result =>
        {
            if (result.GetResult(runs) is not { Tokens.Count: > 0 } && result.GetResult(experiment) is null && result.GetResult(where) is null) result.AddError("Say which runs: their ids, --experiment or --where.");
            if (result.GetResult(markdown) is { Implicit: false } && result.GetResult(csv) is { Implicit: false }) result.AddError("Give --markdown or --csv, not both.");
        });
        return command.OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
        {
            var query = new RunQuery { Experiment = arguments.GetValue(experiment), Filter = arguments.GetValue(where) is { } text ? RunFilter.Parse(text) : null };
            if (arguments.GetValue(runs) is { Length: > 0 } given)
            {
                var ids = new List<FieldValue>();
                foreach (var id in given) ids.Add((await RunLookup.FindAsync(store, id, cancellationToken).ConfigureAwait(false)).Id);
                var named = Filter.In("attributes.id", ids);
                query = query with { Filter = query.Filter is null ? named : Filter.And(named, query.Filter), Deleted = null };
            }

            var comparison = await store.Experiments.CompareRunsAsync(query, new RunComparisonOptions
            {
                Goals = [.. (arguments.GetValue(goals) ?? []).Select(Goal)],
                Curves = arguments.GetValue(html) is null ? [] : null,
                Alignment = arguments.GetValue(byTime) ? CurveAlignment.Time : CurveAlignment.Step,
            }, cancellationToken).ConfigureAwait(false);
            if (arguments.GetValue(html) is { } file)
            {
                var path = Path.GetFullPath(file, surroundings.Directory);
                await File.WriteAllTextAsync(path, comparison.ToHtml(), cancellationToken).ConfigureAwait(false);
                if (!screen.Json) screen.Line(Cell.Faint($"The report is {path}."));
            }

            if (screen.Json) screen.Write(CompareDocument.Of(comparison), CliJson.Default.CompareDocument);
            else if (arguments.GetValue(markdown)) await surroundings.Out.WriteAsync(comparison.ToMarkdown().AsMemory(), cancellationToken).ConfigureAwait(false);
            else if (arguments.GetValue(csv)) await surroundings.Out.WriteAsync(comparison.ToCsv().AsMemory(), cancellationToken).ConfigureAwait(false);
            else Show(screen, comparison);
            return ExitCode.Ok;
        });
    }

    private static MetricGoal Goal(string text) =>
        text.EndsWith(":max", StringComparison.Ordinal) ? new(text[..^4], IsMaximized: true) : new(text.EndsWith(":min", StringComparison.Ordinal) ? text[..^4] : text);

    private static string PValue(double p) => double.IsNaN(p) ? "" : p < 0.001 ? "<0.001" : p.ToString("0.000", CultureInfo.InvariantCulture);

    private static void Show(Screen screen, RunComparison comparison)
    {
        const int Shown = 50, Metrics = 4;
        screen.Line(new Cell(comparison.Verdict, comparison.Best is null ? null : "bold"));
        if (comparison.Recipes.Count > 0)
        {
            screen.Heading("Recipes");
            var differing = comparison.Params.Where(p => p.IsDifferent && comparison.Recipes.Any(r => r.Params.ContainsKey(p.Name))).Select(p => p.Name).Take(Metrics).ToList();
            screen.Table(
                [.. differing.Select(n => (Column)n), new("runs", 1), $"mean {comparison.Goals[0]}", new(string.Create(CultureInfo.InvariantCulture, $"{(1 - comparison.Level) * 100:0.##} % interval"), 3), new("p", 2), ""],
                [.. comparison.Recipes.Take(Shown).Select((r, i) => (IReadOnlyList<Cell>)
                    [.. differing.Select(n => (Cell)r.Params.GetValueOrDefault(n, "")), Words.Count(r.Runs.Count, "run"), Words.Number(r.Mean), double.IsNaN(r.Lower) ? "" : $"{Words.Number(r.Lower)} … {Words.Number(r.Upper)}", PValue(r.PValue),
                     i == 0 && r.Values.Count > 0 ? new Cell("best", "green") : r.IsWorse switch { true => new Cell("worse", "red"), false => "may be as good", null => Cell.Faint("cannot be said") }])]);
        }

        screen.Heading("Runs");
        var metrics = comparison.Metrics.Take(Metrics).ToList();
        var ids = screen.IsTerminal ? ShortIds.Of([.. comparison.Runs.Select(r => r.Id)]) : [.. comparison.Runs.Select(r => r.Id)];
        screen.Table(
            ["run", "name", new("status", 3), .. metrics.Select((m, i) => new Column(m.Name, i == 0 ? 0 : 1))],
            [.. comparison.Ranking.Take(Shown).Select(i => (IReadOnlyList<Cell>)
                [ids[i], comparison.Runs[i].Name, RunShowCommand.Status(Words.Lower(comparison.Runs[i].Status)),
                 .. metrics.Select(m => comparison.Runs[i].Metrics.ContainsKey(m.Name) ? new Cell(Words.Number(m.Values[i]), m.Best == i ? "green" : null) : Cell.Faint("–"))])]);
        if (comparison.Runs.Count > Shown) screen.Line(Cell.Faint($"The first {Shown} of {Words.Count(comparison.Runs.Count, "run")}; --json and --csv have all."));
        var changed = comparison.Params.Where(p => p.IsDifferent).ToList();
        if (changed.Count == 0 || comparison.Runs.Count > 6) return;
        screen.Heading("Params that differ");
        screen.Table(["param", .. comparison.Runs.Select(r => (Column)r.Name)], [.. changed.Select(p => (IReadOnlyList<Cell>)[p.Name, .. p.Values.Select(v => v is null ? Cell.Faint("–") : (Cell)v)])]);
    }
}
