using MLOps.Benchmarks.References;
using MLOps.Experiments;

namespace MLOps.Benchmarks.Ratios;

/// <summary>Logging metrics against one row for each point.</summary>
internal static class TrackingFigures
{
    private const int Metrics = 4, Batch = 8192;

    public static async Task RunAsync(Scoreboard board)
    {
        using var scratch = new Scratch();
        // Every point is durable within 100 ms.
        await using var mlops = MLOpsClient.Create(scratch.Next("store"), o => o
            .Use(_ => new MetricLogOptions { FlushInterval = TimeSpan.FromMilliseconds(100), Capacity = 262_144, BatchSize = 65_536 }).Use(_ => RunCaptureOptions.None));
        await LogAsync(board, mlops);

        using var rows = new BareRows(scratch.Next("rows.db"));
        var runs = 0;
        await board.RatioAsync("durable-points", "/s", Goal.AtLeast(20), () => IngestAsync(mlops, 1_000_000), () =>
        {
            const int Count = 10 * Batch;
            return Task.FromResult(Count / Clock.Seconds(() => rows.Insert(++runs, Metrics, Count, Batch)));
        }, rounds: 5);
        await board.BestAsync("durable-points-one-writer", "/s", Goal.AtLeast(1_000_000, "/s"), () => IngestAsync(mlops, 1_000_000), rounds: 5);

        var run = await mlops.Experiments.StartRunAsync("bench");
        await using (run)
        {
            var loss = run.Metric("loss");
            for (var i = 0; i < 50_000; i++) run.Log(loss, 1.0 / (i + 1), i);
            await run.CompleteAsync();
        }

        await board.BestAsync("history-of-50000-points", " ms", Goal.AtMost(5, " ms"), async () => await Clock.SecondsAsync(async () =>
        {
            var count = 0;
            await foreach (var _ in mlops.Experiments.ReadMetricAsync(run.Id, "loss")) count++;
            if (count != 50_000) throw new InvalidOperationException($"{count} points came back.");
        }) * 1e3);
        Sealed(board);
        await board.BestAsync("1000000-points-to-500", " ms", Goal.AtMost(15, " ms"), () =>
        {
            const int Count = 1_000_000;
            var points = new MetricColumns([.. Enumerable.Range(0, Count).Select(i => (long)i)], new long[Count], [.. Enumerable.Range(0, Count).Select(i => Math.Sin(i * 1e-4) + (i * 7919 % 1000 * 1e-4))]);
            return Task.FromResult(Clock.Seconds(() => MetricSample.Of(points, 500, MetricSampling.LargestTriangle)) * 1e3);
        }, rounds: 5);
    }

    private static void Sealed(Scoreboard board)
    {
        const int Count = 65_536;
        var points = Enumerable.Range(0, Count).Select(i => new LoggedPoint(0, i, 1_700_000_000_000 + (i * 20L), Math.Sin(i * 1e-3))).ToArray();
        board.Exact("bytes-a-point-of-a-smooth-series", " B", Goal.AtMost(4, " B"), (double)MetricBlock.Encode(points).Length / Count);
    }

    private static async Task LogAsync(Scoreboard board, MLOpsClient mlops)
    {
        const int Calls = 6_000; // less than a batch: the writer sleeps meanwhile
        var allocated = 0L;
        await using var run = await mlops.Experiments.StartRunAsync("bench");
        var loss = run.Metric("loss");
        await board.BestAsync("log", " ns", Goal.AtMost(200, " ns"), async () =>
        {
            await run.FlushAsync();
            var before = GC.GetAllocatedBytesForCurrentThread();
            var time = Clock.Nanoseconds(Calls, calls =>
            {
                before = GC.GetAllocatedBytesForCurrentThread();
                for (var i = 0; i < calls; i++) run.Log(loss, i, i);
                allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            });
            return time;
        }, rounds: 15);
        board.Exact("log-allocated", " B", Goal.AtMost(0, " B"), Math.Round((double)allocated / Calls, 2));
        await run.CompleteAsync();
    }

    private static async Task<double> IngestAsync(MLOpsClient mlops, int count)
    {
        await using var run = await mlops.Experiments.StartRunAsync("bench");
        var metrics = Enumerable.Range(0, Metrics).Select(i => run.Metric($"metric-{i}")).ToArray();
        var seconds = await Clock.SecondsAsync(async () =>
        {
            for (var i = 0; i < count; i++) run.Log(metrics[i % Metrics], 1.0 / (i + 1), i / Metrics);
            await run.FlushAsync();
        });
        await run.CompleteAsync();
        return count / seconds;
    }
}
