using System.Globalization;
using System.Text;
using MLOps.Data;
using MLOps.Models;
using MLOps.Monitoring;
using MLOps.Serving;

namespace MLOps.Cli.Tests.Commands;

public sealed class MonitorCommandTests
{
    [Test]
    public async Task Labels_are_imported_and_alerts_are_shown_taken_up_and_played_back()
    {
        await using var own = await OwnStore.CreateAsync();
        var folder = Path.GetDirectoryName(Path.Combine(own.Folder, "x"))!;
        var schema = FeatureSchema.For<double>().Number("x", x => x);
        double[] rows = [.. Enumerable.Range(0, 500).Select(i => i % 100 / 10.0)];
        var baseline = Baselines.Capture(schema, rows, x => x, x => x + (x > 5 ? 0.1 : -0.1));
        var version = await own.Client.Models.RegisterAsync("demand", new Times(1), new RegisterOptions().WithBaseline(baseline));
        await own.Client.Models.SetAliasAsync("demand", "champion", version.Number);
        var predictor = await own.Client.Server.GetAsync<double, double>("demand");
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var csv = new StringBuilder("id,value\n");
        for (var i = 0; i < 400; i++)
        {
            var prediction = predictor.Predict(i % 100 / 10.0, new PredictOptions { EventTime = start.AddMinutes(i) });
            csv.Append(CultureInfo.InvariantCulture, $"{prediction.Id},{prediction.Value + 5}\n");
        }

        var file = Path.Combine(folder, "labels.csv");
        await File.WriteAllTextAsync(file, csv.ToString());
        var imported = await RunAsync(own, "monitor", "labels", "import", file);
        Assert.That((imported.ExitCode, imported.Out), Is.EqualTo((ExitCode.Ok, "400 labels taken.\n")), imported.Error);
        foreach (var half in new[] { 0, 200 })
            await own.Client.Monitor.EvaluateAsync("demand", new(start.AddMinutes(half), start.AddMinutes(half + 200)));

        var status = await RunAsync(own, "monitor", "status");
        Assert.That(status.Out, Does.Contain("qualityDrop").And.Contain("open"));
        var alerts = await RunAsync(own, "monitor", "alerts", "demand");
        Assert.That(alerts.ExitCode, Is.EqualTo(ExitCode.DriftFound));
        Assert.That(alerts.Out, Does.Contain("The rmse of demand/3 is 5").And.Contain("On average the answers lie 5 below the truth."));
        var id = (await own.Client.Monitor.AlertsAsync("demand").FirstAsync()).Id;
        Assert.That((await RunAsync(own, "monitor", "ack", id, "--note", "known", "--as", "mia")).Out, Does.EndWith("taken up by mia.\n"));
        Assert.That((await RunAsync(own, "monitor", "ack", "nothing")).ExitCode, Is.EqualTo(ExitCode.Error));
        var replay = await RunAsync(own, "monitor", "replay", "demand");
        Assert.That(replay.Out, Does.StartWith("2 windows, 1 retraining."));
        var page = Path.Combine(folder, "page.html");
        Assert.That((await RunAsync(own, "monitor", "report", "demand", "-o", page)).ExitCode, Is.EqualTo(ExitCode.Ok));
        Assert.That(await File.ReadAllTextAsync(page), Does.Contain("How demand/3 is doing").And.Contain("Over time").And.Contain("Alerts").And.Not.Contain("<script"));
        await File.WriteAllTextAsync(file, "id,value\np-x,1\n");
        Assert.That((await RunAsync(own, "monitor", "labels", "import", file)).ExitCode, Is.EqualTo(ExitCode.Error));
    }

    private static Task<CommandOutput> RunAsync(OwnStore own, params string[] arguments) => Command.RunAsync([.. arguments, "--store", own.Folder]);
}
