using System.CommandLine;
using System.Globalization;
using MLOps.Cli.Documents;
using MLOps.Cli.Output;
using MLOps.Experiments;
using MLOps.Monitoring;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops status</c>: what a store holds, on one screen.</summary>
internal static class StatusCommand
{
    public static Command Create(Surroundings surroundings) => new Command("status", "Says what the store holds and how its models are doing.")
        .OnStore(surroundings, async (store, screen, _, cancellationToken) =>
        {
            var datasets = await store.Datasets.ListAsync(cancellationToken).CountAsync(cancellationToken).ConfigureAwait(false);
            var experiments = await store.Experiments.ListAsync(cancellationToken).CountAsync(cancellationToken).ConfigureAwait(false);
            var status = new StatusDocument(screen.Store, datasets, experiments,
                await RunsAsync(store, cancellationToken).ConfigureAwait(false), await ModelsAsync(store, cancellationToken).ConfigureAwait(false));
            if (screen.Json) screen.Write(status, CliJson.Default.StatusDocument);
            else Show(screen, status);
            return ExitCode.Ok;
        });

    private static async Task<RunCounts> RunsAsync(MLOpsClient store, CancellationToken cancellationToken)
    {
        var counts = new int[4];
        await foreach (var run in store.Experiments.QueryRunsAsync(cancellationToken: cancellationToken).ConfigureAwait(false)) counts[(int)run.Status]++;
        return new RunCounts(counts.Sum(), counts[(int)RunStatus.Running], counts[(int)RunStatus.Finished], counts[(int)RunStatus.Failed], counts[(int)RunStatus.Killed]);
    }

    private static async Task<IReadOnlyList<ModelStatus>> ModelsAsync(MLOpsClient store, CancellationToken cancellationToken)
    {
        var models = new List<ModelStatus>();
        await foreach (var model in store.Models.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            var aliases = await ModelListCommand.AliasesAsync(store.Models, model.Name, cancellationToken).ConfigureAwait(false);
            var report = await store.Monitor.ReportsAsync(model.Name, cancellationToken).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
            models.Add(new ModelStatus(model.Name, model.LatestNumber, aliases, report is null ? null : Item(report)));
        }

        return models;
    }

    public static ReportItem Item(MonitorReport report) => new(
        report.Id, report.Number, Words.Lower(report.Verdict), report.Summary, report.From, report.To, report.CreatedAt, report.Rows, report.LabelledRows);

    private static void Show(Screen screen, StatusDocument status)
    {
        screen.Facts(
            ("store", new Cell(status.Store, "bold")), ("data", Words.Count(status.Datasets, "dataset")),
            ("experiments", Words.Count(status.Experiments, "experiment")), ("runs", Runs(status.Runs)), ("models", Words.Count(status.Models.Count, "model")));
        if (status.Models.Count == 0) return;
        screen.Heading("Models");
        List<Column> columns = ["model", "latest", "aliases", "last report", new("window", 1)];
        var rows = status.Models.Select(m => (List<Cell>)[m.Model, m.LatestNumber.ToString(CultureInfo.InvariantCulture), ModelListCommand.Shown(m.Aliases), Verdict(m.Report), Window(m.Report)]).ToList();
        if (screen.IsTerminal)
        {
            screen.Table(columns, rows);
            // Prose in a narrow column is read word by word: it stands below, as wide as the terminal.
            foreach (var model in status.Models.Where(m => m.Report is not null)) screen.Line(Cell.Faint(model.Model + ": "), model.Report!.Summary);
            return;
        }

        foreach (var (row, model) in rows.Zip(status.Models)) row.Add(model.Report?.Summary);
        screen.Table([.. columns, "summary"], rows);
    }

    private static string Runs(RunCounts runs)
    {
        var parts = new[] { (runs.Finished, "finished"), (runs.Running, "running"), (runs.Failed, "failed"), (runs.Killed, "killed") }
            .Where(p => p.Item1 > 0).Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Item1:N0} {p.Item2}")).ToList();
        return Words.Count(runs.Total, "run") + (parts.Count > 0 ? $": {string.Join(", ", parts)}" : "");
    }

    private static Cell Verdict(ReportItem? report) => report?.Verdict switch
    {
        null => Cell.Faint("none"),
        "ok" => new("ok", "green"),
        "drift" => new("drift", "yellow"),
        "qualityDrop" => new("quality drop", "red"),
        "insufficientData" => Cell.Faint("too little data"),
        var other => other,
    };

    private static string? Window(ReportItem? report) =>
        report is null ? null : string.Create(CultureInfo.InvariantCulture, $"{report.From.UtcDateTime:yyyy-MM-dd} to {report.To.UtcDateTime:yyyy-MM-dd}");
}
