using System.CommandLine;
using System.Globalization;
using MLOps.Cli.Documents;
using MLOps.Cli.Output;
using MLOps.Cli.Tables;
using MLOps.Monitoring;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops drift</c>: files held against files. Needs no store.</summary>
internal static class DriftCommand
{
    public static Command Create(Surroundings surroundings) =>
        new("drift", "Drift between two CSV files; no store is needed.") { Check(surroundings), Report(surroundings), Explain(surroundings), CaptureBaseline(surroundings) };

    private static Command Check(Surroundings surroundings)
    {
        var options = new DriftOptions();
        var command = options.AddAll(new Command("check", "Says which columns drifted. Exit code 4 when the data has."));
        command.SetAction(async (arguments, cancellationToken) =>
        {
            var (report, _) = await options.CompareAsync(arguments, cancellationToken).ConfigureAwait(false);
            var screen = ScreenOf(surroundings, arguments);
            if (screen.Json) screen.Write(DriftDocument.Of(report), CliJson.Default.DriftDocument);
            else
            {
                screen.Line(new Cell(report.Summary, report.Verdict is MonitorVerdict.Ok ? "green" : report.Verdict is MonitorVerdict.InsufficientData ? "grey" : "yellow"));
                screen.Table(
                    ["column", "drifted", new("effect", 1), new("adjusted p", 2), new("cause", 1), "what happened"],
                    [.. report.Features.OrderByDescending(f => f.Drifted).ThenByDescending(f => f.Effect).Select(f => (IReadOnlyList<Cell>)
                        [f.Name, f.Drifted ? new Cell("yes", "yellow") : Cell.Faint("no"), Words.Number(f.Effect), f.AdjustedPValue.ToString("g2", CultureInfo.InvariantCulture), f.Cause is DriftCause.None ? "" : Words.Lower(f.Cause), f.Explanation])]);
                foreach (var test in report.Together.Where(t => t.IsLarge())) screen.Line(string.Create(CultureInfo.InvariantCulture, $"All columns together: {test.Test} {test.Statistic:0.###}, and {test.EffectFloor:0.###} is allowed."));
                foreach (var gap in report.Gaps) screen.Line(Cell.Faint(gap));
            }

            return report.Verdict switch { MonitorVerdict.Ok => ExitCode.Ok, MonitorVerdict.InsufficientData => ExitCode.Inconclusive, _ => ExitCode.DriftFound };
        });
        return command;
    }

    private static Command Report(Surroundings surroundings)
    {
        var options = new DriftOptions();
        var command = options.AddAll(new Command("report", "Writes one page that opens from disk (.html), or the report as JSON (.json)."));
        command.Add(options.Output);
        command.Add(options.Force);
        options.Output.Required = true;
        command.SetAction(async (arguments, cancellationToken) =>
        {
            var (report, baseline) = await options.CompareAsync(arguments, cancellationToken).ConfigureAwait(false);
            var path = arguments.GetRequiredValue(options.Output)!;
            var text = Path.GetExtension(path) is ".json" ? report.ToJson() : report.ToHtml(new() { Baseline = baseline, Settings = options.Settings(arguments) });
            await options.WriteAsync(arguments, text, cancellationToken).ConfigureAwait(false);
            var screen = ScreenOf(surroundings, arguments);
            if (screen.Json) screen.Write(DriftDocument.Of(report), CliJson.Default.DriftDocument);
            else screen.Line($"{report.Summary} → {path}");
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Explain(Surroundings surroundings)
    {
        var options = new DriftOptions();
        var column = new Option<string>("--column", "-c") { Description = "The column.", Required = true, HelpName = "column" };
        var command = options.AddAll(new Command("explain", "Says all that is known of one column: every test, what moved, and why most likely."));
        command.Add(column);
        command.SetAction(async (arguments, cancellationToken) =>
        {
            var (report, _) = await options.CompareAsync(arguments, cancellationToken).ConfigureAwait(false);
            var name = arguments.GetRequiredValue(column);
            var drift = report.Features.FirstOrDefault(f => f.Name == name) ?? throw new MLOpsNotFoundException($"There is no column '{Name.Shown(name)}' in both files; there are {string.Join(", ", report.Features.Take(20).Select(f => Name.Shown(f.Name)))}.");
            var screen = ScreenOf(surroundings, arguments);
            if (screen.Json)
            {
                screen.Write(DriftDocument.Of(report with { Features = [drift] }), CliJson.Default.DriftDocument);
                return ExitCode.Ok;
            }

            screen.Facts(
                ("column", new Cell(drift.Name, "bold")), ("drifted", drift.Drifted ? new Cell("yes", "yellow") : "no"), ("what happened", drift.Explanation), ("most likely", drift.Cause is DriftCause.None ? "" : Words.Lower(drift.Cause)),
                ("effect", string.Create(CultureInfo.InvariantCulture, $"{drift.Effect:0.###} times what matters")), ("adjusted p", drift.AdjustedPValue.ToString("g2", CultureInfo.InvariantCulture)), ("missing", drift.Missing > 0 ? Words.Count(drift.Missing, "row") : ""));
            screen.Heading("Tests");
            screen.Table(["test", "value", "p", "floor"], [.. drift.Tests.Select(t => (IReadOnlyList<Cell>)[t.Test, Words.Number(t.Statistic), t.PValue?.ToString("g2", CultureInfo.InvariantCulture) ?? "", t.EffectFloor is { } floor ? Words.Number(floor) : ""])]);
            if (drift.Moved.Count == 0) return ExitCode.Ok;
            screen.Heading("What moved most");
            screen.Table(["bin or category", "before", "now"], [.. drift.Moved.Select(m => (IReadOnlyList<Cell>)[m.Cell, m.Before.ToString("0.0 %", CultureInfo.InvariantCulture), m.After.ToString("0.0 %", CultureInfo.InvariantCulture)])]);
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command CaptureBaseline(Surroundings surroundings)
    {
        var options = new DriftOptions();
        var reference = new Argument<string>("reference") { Description = "The CSV file that later ones are held against." };
        var window = new Option<TimeSpan?>("--window") { Description = "How long a later file is (7.00:00:00), to learn what such spans differ without drift; needs --time.", HelpName = "span" };
        var windowRows = new Option<int?>("--window-rows") { Description = "The same for rows without a time.", HelpName = "rows" };
        var segments = new Option<string[]>("--segment") { Description = "A category by which later files are looked at in parts.", HelpName = "column", AllowMultipleArgumentsPerToken = true };
        var binary = new Option<bool>("--binary") { Description = "The answers are scores of a class, the labels 0 or 1." };
        var command = options.AddColumns(new Command("baseline", "Keeps what a file looks like, so that later ones can be held against it without it.") { reference, options.Output, options.Force, window, windowRows, segments, binary });
        options.Output.Required = true;
        command.SetAction(async (arguments, cancellationToken) =>
        {
            var table = await CsvTable.ReadAsync(arguments.GetRequiredValue(reference), options.Columns(arguments), cancellationToken).ConfigureAwait(false);
            var baseline = Baselines.CaptureTable(
                table, arguments.GetValue(binary) ? PredictionTask.Binary : PredictionTask.Regression,
                new BaselineOptions<int> { Window = arguments.GetValue(window), WindowRows = arguments.GetValue(windowRows), Segments = arguments.GetValue(segments) ?? [] });
            await options.WriteAsync(arguments, baseline.ToJson(), cancellationToken).ConfigureAwait(false);
            var screen = ScreenOf(surroundings, arguments);
            var blocks = baseline.Features.Select(f => f.NullPValues.Count).FirstOrDefault();
            if (screen.Json) screen.Write(new BaselineDocument(baseline.Rows, baseline.Features.Count, blocks), CliJson.Default.BaselineDocument);
            else screen.Line(string.Create(CultureInfo.InvariantCulture, $"{baseline.Rows:N0} rows, {baseline.Features.Count} columns, {(blocks > 0 ? $"a null of {blocks} blocks" : "no null learned")} → {arguments.GetRequiredValue(options.Output)}"));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Screen ScreenOf(Surroundings surroundings, ParseResult arguments) => new(surroundings, arguments.GetValue(CommonOptions.Json)) { Store = "" };
}
