using MLOps.Benchmarks.References;

namespace MLOps.Benchmarks.Ratios;

/// <summary>Logging metrics against one row for each point.</summary>
internal static class TrackingFigures
{
    private const int Metrics = 4, Batch = 8192;

    public static async Task RunAsync(Scoreboard board)
    {
        using var scratch = new Scratch();
        await using var mlops = MLOpsClient.Create(scratch.Next("store"));
        await LogAsync(board, mlops);

        using var rows = new BareRows(scratch.Next("rows.db"));
        var runs = 0;
        await board.RatioAsync("durable-points", "/s", Goal.AtLeast(20), () => IngestAsync(mlops, 400_000), () =>
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
