using System.CommandLine;
using System.Globalization;
using System.Text;
using MLOps.Cli.Documents;
using MLOps.Cli.Output;
using MLOps.Cli.Tables;
using MLOps.Monitoring;
using MLOps.Predictions;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops monitor</c>: how served models are doing.</summary>
internal static class MonitorCommand
{
    private const int MostLabels = 10_000;

    public static Command Create(Surroundings surroundings) => new("monitor", "How served models are doing: reports, alerts, retrain policies, labels.")
    {
        new Command("status", "The last report of each model, and its alerts.").OnStore(surroundings, StatusAsync),
        Alerts(surroundings), Acknowledge(surroundings), Page(surroundings), Replay(surroundings),
        new Command("labels", "What became known later.") { ImportLabels(surroundings) },
    };

    private static async Task<int> StatusAsync(MLOpsClient store, Screen screen, ParseResult arguments, CancellationToken cancellationToken)
    {
        var items = new List<MonitorStatusItem>();
        await foreach (var model in store.Models.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            var report = await store.Monitor.ReportsAsync(model.Name, cancellationToken).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
            var alerts = await store.Monitor.AlertsAsync(model.Name, cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false);
            items.Add(new(model.Name, report is null ? null : StatusCommand.Item(report), alerts.Count(a => a.State is AlertState.Open), alerts.Count(a => a.State is AlertState.Pending)));
        }

        if (screen.Json) screen.Write(new MonitorStatusDocument(items), CliJson.Default.MonitorStatusDocument);
        else if (items.Count == 0) screen.Line("There are no models.");
        else
            screen.Table(
                ["model", "verdict", new("window to", 1), new("rows", 2), new("labelled", 2), "alerts", "summary"],
                [.. items.Select(i => (IReadOnlyList<Cell>)
                [
                    i.Model, i.Report?.Verdict ?? "never judged", i.Report is null ? "" : Words.Time(i.Report.To), i.Report?.Rows.ToString("N0", CultureInfo.InvariantCulture), i.Report?.LabelledRows.ToString("N0", CultureInfo.InvariantCulture),
                    i.OpenAlerts > 0 ? new Cell($"{i.OpenAlerts} open", "red") : i.PendingAlerts > 0 ? $"{i.PendingAlerts} pending" : Cell.Faint("none"), i.Report?.Summary,
                ])]);
        return ExitCode.Ok;
    }

    private static Command Alerts(Surroundings surroundings)
    {
        var model = new Argument<string?>("model") { Description = "Only those of one model.", Arity = ArgumentArity.ZeroOrOne };
        var all = new Option<bool>("--all") { Description = "Resolved ones too." };
        return new Command("alerts", "What is wrong, since when, how large, and why most likely. Exit code 4 when an alert is open.") { model, all }.OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
        {
            var alerts = await store.Monitor.AlertsAsync(arguments.GetValue(model), cancellationToken).Where(a => arguments.GetValue(all) || a.State is not AlertState.Resolved).ToListAsync(cancellationToken).ConfigureAwait(false);
            if (screen.Json) screen.Write(new AlertListDocument([.. alerts.Select(AlertItem.Of)]), CliJson.Default.AlertListDocument);
            else if (alerts.Count == 0) screen.Line("No alert.");
            foreach (var alert in screen.Json ? [] : alerts)
            {
                screen.Heading($"{alert.Model}: {alert.Title}");
                screen.Facts(
                    ("alert", alert.Id), ("state", new Cell(Words.Lower(alert.State) + (alert.IsHeldBack ? ", held back" : ""), alert.State is AlertState.Open ? "red" : "grey")), ("about", Words.Lower(alert.Kind)), ("since", Words.Time(alert.Since)),
                    ("taken up", alert.AcknowledgedBy is { } by ? $"by {by}{(alert.Note is { } note ? $": {note}" : "")}" : ""), ("links", string.Join(", ", alert.Links)));
                screen.Line(alert.Text);
            }

            return alerts.Any(a => a.State is AlertState.Open) ? ExitCode.DriftFound : ExitCode.Ok;
        });
    }

    private static Command Acknowledge(Surroundings surroundings)
    {
        var id = new Argument<string>("alert") { Description = "The alert's id." };
        var note = new Option<string?>("--note") { Description = "What there is to say.", HelpName = "text" };
        return new Command("ack", "Says that an alert was taken up.") { id, note }.OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
        {
            var alert = await store.Monitor.AcknowledgeAsync(arguments.GetRequiredValue(id), arguments.GetValue(note), cancellationToken).ConfigureAwait(false);
            if (screen.Json) screen.Write(new AlertListDocument([AlertItem.Of(alert)]), CliJson.Default.AlertListDocument);
            else screen.Line($"{alert.Title}: taken up by {alert.AcknowledgedBy}.");
            return ExitCode.Ok;
        });
    }

    private static Command Page(Surroundings surroundings)
    {
        var model = new Argument<string>("model") { Description = "The model." };
        var output = new Option<string>("--out", "-o") { Description = "The file: .html gives the page, .json the report.", Required = true, HelpName = "file" };
        var force = new Option<bool>("--force") { Description = "Replaces the file when it is there." };
        return new Command("report", "Writes a model's last report as one page that opens from disk.") { model, output, force }.OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
        {
            var name = arguments.GetRequiredValue(model);
            var reports = await store.Monitor.ReportsAsync(name, cancellationToken).Take(400).ToListAsync(cancellationToken).ConfigureAwait(false);
            if (reports.Count == 0) throw new MLOpsNotFoundException($"No window of '{Name.Shown(name)}' was judged yet.");
            var path = arguments.GetRequiredValue(output);
            var version = reports[0].Number == 0 ? null : await store.Models.ResolveAsync(string.Create(CultureInfo.InvariantCulture, $"{name}/{reports[0].Number}"), cancellationToken).ConfigureAwait(false);
            var text = Path.GetExtension(path) is ".json" ? reports[0].ToJson() : reports[0].ToHtml(new()
            {
                Baseline = version is null ? null : await store.Models.ReadBaselineAsync(version, cancellationToken).ConfigureAwait(false),
                History = reports,
                Alerts = await store.Monitor.AlertsAsync(name, cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false),
            });
            await OutputFile.WriteAsync(path, arguments.GetValue(force), async file => await file.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
            if (screen.Json) screen.Write(DriftDocument.Of(reports[0]), CliJson.Default.DriftDocument);
            else screen.Line($"{reports[0].Summary} → {path}");
            return ExitCode.Ok;
        });
    }

    private static Command Replay(Surroundings surroundings)
    {
        var policy = new RetrainPolicy();
        var model = new Argument<string>("model") { Description = "The model." };
        var from = new Option<DateTimeOffset?>("--from") { Description = "Only windows that end after this.", HelpName = "time" };
        var to = new Option<DateTimeOffset?>("--to") { Description = "Only windows that end by this.", HelpName = "time" };
        var share = new Option<double>("--drift-share") { Description = "The share of the model that must have drifted.", DefaultValueFactory = _ => policy.OnDriftShare!.Value };
        var windows = new Option<int>("--drift-windows") { Description = "In how many windows in a row.", DefaultValueFactory = _ => policy.DriftWindows };
        var cooldown = new Option<TimeSpan>("--cooldown") { Description = "The pause after a start.", DefaultValueFactory = _ => policy.Cooldown };
        var most = new Option<int>("--max-per-week") { Description = "The most starts within seven days.", DefaultValueFactory = _ => policy.MaximumPerWeek };
        var schedule = new Option<TimeSpan?>("--schedule") { Description = "How long after the last start one is due without any reason." };
        return new Command("replay", "What a retrain policy would have done on the reports that were kept.") { model, from, to, share, windows, cooldown, most, schedule }.OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
        {
            policy = new() { OnDriftShare = arguments.GetValue(share), DriftWindows = arguments.GetValue(windows), Cooldown = arguments.GetValue(cooldown), MaximumPerWeek = arguments.GetValue(most), Schedule = arguments.GetValue(schedule) };
            var name = arguments.GetRequiredValue(model);
            DateTimeOffset first = arguments.GetValue(from) ?? DateTimeOffset.MinValue, last = arguments.GetValue(to) ?? DateTimeOffset.MaxValue;
            var reports = await store.Monitor.ReportsAsync(name, cancellationToken).Where(r => r.To > first && r.To <= last).ToListAsync(cancellationToken).ConfigureAwait(false);
            var decisions = policy.Replay(reports);
            var document = new ReplayDocument(name, decisions.Count, decisions.Count(d => d.Start), [.. decisions.Select(d => new ReplayItem(d.At, d.Start, d.Reason, Words.Lower(d.Next.Phase)))]);
            if (screen.Json) screen.Write(document, CliJson.Default.ReplayDocument);
            else
            {
                screen.Line($"{Words.Count(document.Reports, "window")}, {Words.Count(document.Starts, "retraining")}.");
                if (decisions.Count > 0) screen.Table(["at", "start", "why"], [.. document.Decisions.Select(d => (IReadOnlyList<Cell>)[Words.Time(d.At), d.Start ? new Cell("yes", "green") : Cell.Faint("no"), d.Reason])]);
            }

            return ExitCode.Ok;
        });
    }

    private static Command ImportLabels(Surroundings surroundings)
    {
        var file = new Argument<string>("file") { Description = "A CSV file with the columns id, value and, if wanted, observedAt." };
        return new Command("import", "Takes labels from a file: late, in any order, repeated or corrected.") { file }.OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
        {
            var path = arguments.GetRequiredValue(file);
            var head = await CsvTable.ReadAsync(path, new(null, "value", null, ["id"], []), cancellationToken).ConfigureAwait(false);
            var times = head.Columns.Any(c => c.Name == "observedAt") ? (await CsvTable.ReadAsync(path, new(null, "value", "observedAt", ["id"], []), cancellationToken).ConfigureAwait(false)).Times.ToArray() : null;
            var ids = head.Columns.First(c => c.Name == "id").Categories.ToArray();
            var values = head.Labels.ToArray();
            var labels = ids.Select((id, i) => new PredictionLabel(PredictionId.Parse(id ?? throw new MLOpsInvalidException($"Row {i + 2} of '{path}' has no id.")), values[i], times?[i])).ToArray();
            foreach (var part in labels.Chunk(MostLabels)) await store.Monitor.LabelAsync(part, cancellationToken).ConfigureAwait(false);
            if (screen.Json) screen.Write(new LabelImportDocument(labels.Length), CliJson.Default.LabelImportDocument);
            else screen.Line($"{Words.Count(labels.Length, "label")} taken.");
            return ExitCode.Ok;
        });
    }
}
