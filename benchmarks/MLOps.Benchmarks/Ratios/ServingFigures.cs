using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Benchmarks.References;
using MLOps.Models;
using MLOps.Predictions;
using MLOps.Serving;

namespace MLOps.Benchmarks.Ratios;

/// <summary>What a prediction costs over the bare call of the model.</summary>
internal static class ServingFigures
{
    private const int Calls = 2_000_000;
    private static double s_sink;

    public static async Task RunAsync(Scoreboard board)
    {
        using var scratch = new Scratch();
        await using var mlops = MLOpsClient.Create(scratch.Next("store"), o => o
            .AddModelType("bench", BenchJson.Default.BenchModel)
            .AddModel<BenchRow, double>("bench", m => m.Features = BenchRow.Schema));
        var version = await mlops.Models.RegisterAsync("bench", new BenchModel([1, 2, 3, 4]));
        await mlops.Models.SetAliasAsync("bench", "champion", version.Number);
        var predictor = await mlops.Server.GetAsync<BenchRow, double>("bench");
        IModel<BenchRow, double> raw = new BenchModel([1, 2, 3, 4]);
        var row = BenchRow.Make(new Random(7));

        await LeaseAsync(board, version);

        var unlogged = new PredictOptions { Unlogged = true };
        await OverAsync(board, "predict-over-raw-call", 150, raw, row, () => predictor.Predict(row, unlogged).Value);
        await LoggedAsync(board, mlops, predictor, raw, row);

        var pool = new EnginePool<BenchRow, double>(() => new BenchModel([1, 2, 3, 4]).Predict);
        await board.RatioAsync("predict-to-engine-pool-2-threads", "/s", Goal.AtLeast(3),
            () => Task.FromResult(1e9 / OnThreads(2, () => predictor.Predict(row, unlogged).Value)),
            () => Task.FromResult(1e9 / OnThreads(2, () => pool.Predict(row))));
        await board.RatioAsync("predict-to-engine-pool-1-thread", "/s", Goal.AtLeast(3),
            () => Task.FromResult(1e9 / OnThreads(1, () => predictor.Predict(row, unlogged).Value)),
            () => Task.FromResult(1e9 / OnThreads(1, () => pool.Predict(row))));
    }

    private static async Task LeaseAsync(Scoreboard board, ModelVersion version)
    {
        var generation = new Generation<BenchRow, double>(1, version, new BenchModel([1, 2, 3, 4]), DateTimeOffset.UnixEpoch, (_, _) => Task.CompletedTask);
        await board.BestAsync("lease-1-thread", " ns", Goal.AtMost(25, " ns"), () => Task.FromResult(OnThreads(1, Lease)));
        await board.BestAsync("lease-2-threads", " ns", Goal.AtMost(40, " ns"), () => Task.FromResult(2 * OnThreads(2, Lease)));
        board.Exact("lease-allocated", " B", Goal.AtMost(0, " B"), Allocated(Lease));

        double Lease()
        {
            if (!generation.TryAcquire(out var lease)) return 0;
            using (lease) return lease.Generation.Number;
        }
    }

    private static async Task OverAsync(Scoreboard board, string name, double goal, IModel<BenchRow, double> raw, BenchRow row, Func<double> predict)
    {
        await board.OverAsync(name, " ns", Goal.AtMost(goal, " ns"), () => Task.FromResult(OnThreads(1, predict)), () => Task.FromResult(OnThreads(1, () => raw.Predict(row))));
        board.Exact(name + "-allocated", " B", Goal.AtMost(0, " B"), Allocated(predict));
    }

    /// <summary>In bursts that the log's buffer takes whole: a prediction whose row is dropped costs less, and is no logged prediction.</summary>
    private static async Task LoggedAsync(Scoreboard board, MLOpsClient mlops, IPredictor<BenchRow, double> predictor, IModel<BenchRow, double> raw, BenchRow row)
    {
        const int Burst = 4000, Bursts = 10;
        var log = mlops.Services.Get<PredictionLog>();
        var dropped = log.Dropped;
        var allocated = 0L;
        await board.OverAsync("predict-logged-5-features", " ns", Goal.AtMost(2000, " ns"), async () =>
        {
            var time = TimeSpan.Zero;
            for (var burst = 0; burst < Bursts; burst++)
            {
                await log.FlushAsync();
                var (sum, bytes, began) = (0.0, GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
                for (var i = 0; i < Burst; i++) sum += predictor.Predict(row).Value;
                time += Stopwatch.GetElapsedTime(began);
                allocated = GC.GetAllocatedBytesForCurrentThread() - bytes;
                s_sink += sum;
            }

            return time.TotalNanoseconds / (Burst * Bursts);
        }, () => Task.FromResult(OnThreads(1, () => raw.Predict(row))));
        if (log.Dropped != dropped) throw new InvalidOperationException($"{log.Dropped - dropped} rows were dropped: the figure would not be of logged predictions.");
        board.Exact("predict-logged-5-features-allocated", " B", Goal.AtMost(0, " B"), Math.Round((double)allocated / Burst, 2));
    }

    /// <summary>Nanoseconds for each of all the calls that some threads make at once.</summary>
    private static double OnThreads(int threads, Func<double> call)
    {
        using var start = new Barrier(threads + 1);
        var workers = Enumerable.Range(0, threads).Select(_ => new Thread(() =>
        {
            start.SignalAndWait();
            var sum = 0.0;
            for (var i = 0; i < Calls / threads; i++) sum += call();
            Volatile.Write(ref s_sink, sum);
        })).ToList();
        foreach (var worker in workers) worker.Start();
        start.SignalAndWait();
        var began = Stopwatch.GetTimestamp();
        foreach (var worker in workers) worker.Join();
        return Stopwatch.GetElapsedTime(began).TotalNanoseconds / Calls;
    }

    private static double Allocated(Func<double> call)
    {
        const int Counted = 100_000;
        for (var i = 0; i < 1000; i++) s_sink += call();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Counted; i++) s_sink += call();
        return Math.Round((double)(GC.GetAllocatedBytesForCurrentThread() - before) / Counted, 2);
    }
}
