using System.Diagnostics;
using MLOps.Data;
using MLOps.Monitoring;
using MLOps.Predictions;

namespace MLOps.Benchmarks.Ratios;

/// <summary>A drift report on two tables of half a million rows and twenty columns, and what twenty logged columns cost the caller.</summary>
internal static class DriftFigures
{
    private const int Rows = 500_000, Posts = 200_000;

    public static async Task RunAsync(Scoreboard board)
    {
        await LogAsync(board);
        var (reference, current) = (Table(1, 0), Table(2, 0.1));
        await board.BestAsync("report-500k-x20-exact", " s", Goal.AtMost(6, " s"), () => Clock.SecondsAsync(() => Task.FromResult(Seen(Drift.CompareExactly(reference, current)))), rounds: 5);
        var baseline = Baselines.CaptureTable(reference);
        await board.BestAsync("report-500k-x20-stored-baseline", " s", Goal.AtMost(1.5, " s"), () => Clock.SecondsAsync(() => Task.FromResult(Seen(Drift.Compare(baseline, current)))), rounds: 5);
        board.Exact("report-500k-x20-memory-over-data", " MB", Goal.AtMost(150, " MB"), PeakOver(() => Seen(Drift.CompareExactly(reference, current))) / 1e6);
        var report = Drift.Compare(baseline, current);
        await board.BestAsync("page-of-20-columns", " ms", Goal.AtMost(100, " ms"), () => Clock.SecondsAsync(() => Task.FromResult(report.ToHtml(new() { Baseline = baseline }))).ContinueWith(t => t.Result * 1e3, TaskScheduler.Default));
        board.Exact("page-of-20-columns-size", " KB", Goal.AtMost(400, " KB"), report.ToHtml(new() { Baseline = baseline }).Length / 1e3);
    }

    private static async Task LogAsync(Scoreboard board)
    {
        var schema = FeatureSchema.For<double>();
        for (var i = 0; i < 20; i++)
        {
            var column = i;
            schema = schema.Number($"x{i}", x => x + column);
        }

        var sink = new PredictionSink("bench", schema.Features, 1 << 18, () => { });
        var rows = new PredictionRows("bench", 1, schema.Features, int.MaxValue);
        await board.BestAsync("log-20-columns", " ns", Goal.AtMost(2000, " ns"), () => Task.FromResult(Post(1)));
        await board.RatioAsync("log-20-columns-2-threads-to-1", "/s", Goal.AtLeast(1.7), () => Task.FromResult(1e9 / Post(2)), () => Task.FromResult(1e9 / Post(1)), rounds: 9);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++) sink.Post(new(1, (ulong)i), 1, i, schema, i);
        board.Exact("log-20-columns-allocated", " B", Goal.AtMost(0, " B"), (GC.GetAllocatedBytesForCurrentThread() - before) / 10_000);
        Drain();

        // Nanoseconds of a post on so many threads at once, that all of them together make.
        double Post(int threads)
        {
            GC.Collect();
            using var start = new Barrier(threads);
            var took = new double[threads];
            var workers = Enumerable.Range(0, threads).Select(t => new Thread(() =>
            {
                start.SignalAndWait();
                var from = Stopwatch.GetTimestamp();
                for (var i = 0; i < Posts / threads; i++) sink.Post(new(1, (ulong)i), 1, i, schema, i);
                took[t] = Stopwatch.GetElapsedTime(from).TotalNanoseconds;
            })).ToArray();
            foreach (var worker in workers) worker.Start();
            foreach (var worker in workers) worker.Join();
            Drain();
            return took.Max() / Posts;
        }

        void Drain()
        {
            while (sink.TryTake((_, _) => rows))
                if (rows.Count == 4096) rows.Clear();
            rows.Clear();
        }
    }

    private static long Seen(MonitorReport report) => report.Features.Count == 20 ? report.Rows : throw new InvalidOperationException($"The report saw {report.Features.Count} columns.");

    private static double PeakOver(Action work)
    {
        GC.Collect(2, GCCollectionMode.Aggressive, true, true);
        var before = Environment.WorkingSet;
        var (most, done) = (before, false);
        var watch = new Thread(() =>
        {
            while (!Volatile.Read(ref done))
            {
                most = Math.Max(most, Environment.WorkingSet);
                Thread.Sleep(5);
            }
        });
        watch.Start();
        work();
        Volatile.Write(ref done, true);
        watch.Join();
        return most - before;
    }

    private static FeatureTable Table(int seed, double shift)
    {
        var random = new Random(seed);
        return new([.. Enumerable.Range(0, 20).Select(i =>
        {
            if (i >= 15) return new FeatureColumn($"c{i}", FeatureKind.Category, default, Enumerable.Range(0, Rows).Select(_ => (string?)$"category {random.Next(4 << (i - 15))}").ToArray());
            var values = new double[Rows];
            for (var r = 0; r < Rows; r++) values[r] = (i % 3 == 0 ? -Math.Log(1 - random.NextDouble()) : random.NextDouble() + random.NextDouble() + random.NextDouble()) + (i == 4 ? shift : 0);
            return new FeatureColumn($"x{i}", FeatureKind.Number, values, default);
        })]) { Name = "bench" };
    }
}
