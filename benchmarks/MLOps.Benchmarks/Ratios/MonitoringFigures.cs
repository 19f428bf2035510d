using Microsoft.Extensions.DependencyInjection;
using MLOps.Monitoring;
using MLOps.Predictions;
using MLOps.Serving;

namespace MLOps.Benchmarks.Ratios;

/// <summary>A window of 10,000 labelled live predictions, read from the log and judged against its baseline.</summary>
internal static class MonitoringFigures
{
    private const int Rows = 10_000;

    public static async Task RunAsync(Scoreboard board)
    {
        using var scratch = new Scratch();
        var mlops = MLOpsClient.Create(scratch.Next("store"), o => o
            .AddModelType("bench", BenchJson.Default.BenchModel)
            .AddModel<BenchRow, double>("bench", m => m.Features = BenchRow.Schema)
            .Use(_ => new PredictionLogOptions { Capacity = 16_384 }));
        await using (mlops)
        {
            var window = await FillAsync(mlops);
            await board.BestAsync("evaluate-10000-rows", " ms", Goal.AtMost(100, " ms"), async () =>
            {
                MonitorReport? report = null;
                var time = await Clock.SecondsAsync(async () => report = await mlops.Monitor.EvaluateAsync("bench", window)) * 1e3;
                if (report!.Rows != Rows || report.LabelledRows != Rows) throw new InvalidOperationException($"The report saw {report.Rows} rows and {report.LabelledRows} labels.");
                return time;
            });
        }
    }

    private static async Task<MonitorWindow> FillAsync(MLOpsClient mlops)
    {
        var random = new Random(7);
        var training = Enumerable.Range(0, Rows).Select(_ => BenchRow.Make(random)).ToList();
        var model = new BenchModel([1, 2, 3, 4]);
        var baseline = Baselines.Capture(BenchRow.Schema, training, model.Predict, r => model.Predict(r) + random.NextDouble());
        var version = await mlops.Models.RegisterAsync("bench", model, new Models.RegisterOptions().WithBaseline(baseline));
        await mlops.Models.SetAliasAsync("bench", "champion", version.Number);
        var predictor = await mlops.Server.GetAsync<BenchRow, double>("bench");

        var from = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var labels = new List<PredictionLabel>();
        for (var i = 0; i < Rows; i++)
        {
            var prediction = predictor.Predict(BenchRow.Make(random), new PredictOptions { EventTime = from.AddSeconds(i) });
            labels.Add(new PredictionLabel(prediction.Id, prediction.Value + random.NextDouble()));
        }

        await mlops.Services.Get<PredictionLog>().FlushAsync();
        await mlops.Monitor.LabelAsync(labels);
        return new MonitorWindow(from, from.AddSeconds(Rows));
    }
}
