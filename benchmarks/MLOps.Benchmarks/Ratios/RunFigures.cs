using System.Globalization;
using MLOps.Benchmarks.References;
using MLOps.Experiments;
using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Benchmarks.Ratios;

/// <summary>Starting, searching and comparing runs.</summary>
internal static class RunFigures
{
    private const int Searched = 20_000;

    public static async Task RunAsync(Scoreboard board)
    {
        using var scratch = new Scratch();
        await CreateAsync(board, scratch);
        await FirstMetricAsync(board, scratch);
        await SearchAsync(board, scratch);
        await CompareAsync(board, scratch);
    }

    private static async Task CreateAsync(Scoreboard board, Scratch scratch)
    {
        await using var mlops = Open(scratch);
        await board.BestAsync("1000-runs-at-once", " s", Goal.AtMost(0.5, " s"), () => Clock.SecondsAsync(() =>
            Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => Task.Run(() => OneAsync(mlops))))), rounds: 5);

        // A run has three durable moments: its start, its points, its end.
        const int Runs = 100, Moments = 3;
        using var reference = new FsyncedAppends(scratch.Next("appends"));
        await board.RatioAsync("runs-one-after-another", " s", Goal.AtMost(1.5), () => Clock.SecondsAsync(async () =>
        {
            for (var i = 0; i < Runs; i++) await OneAsync(mlops);
        }), () => Task.FromResult(Clock.Seconds(() => reference.Append(Runs * Moments))), rounds: 5);
    }

    private static async Task OneAsync(MLOpsClient mlops)
    {
        await using var run = await mlops.Experiments.StartRunAsync("created", new() { Params = Enumerable.Range(0, 5).ToDictionary(i => $"param-{i}", i => i.ToString(CultureInfo.InvariantCulture)) });
        for (var i = 0; i < 5; i++) run.Log(run.Metric($"metric-{i}"), i, 0);
        await run.CompleteAsync();
    }

    /// <summary>From nothing until the first metric is durable; closing the store is not part of it, on either side.</summary>
    private static async Task FirstMetricAsync(Scoreboard board, Scratch scratch) =>
        await board.RatioAsync("first-metric-of-a-new-store", " ms", Goal.AtMost(1.5), async () =>
        {
            MLOpsClient? mlops = null;
            IRun? run = null;
            var seconds = await Clock.SecondsAsync(async () =>
            {
                mlops = Open(scratch);
                run = await mlops.Experiments.StartRunAsync("first");
                run.Log(run.Metric("loss"), 1, 0);
                await run.FlushAsync();
            });
            await run!.CompleteAsync();
            await mlops!.DisposeAsync();
            return 1e3 * seconds;
        }, () =>
        {
            BareRows? rows = null;
            var seconds = Clock.Seconds(() =>
            {
                // The same three durable moments by hand: the tables, the run, its point.
                rows = new BareRows(scratch.Next("bare.db"));
                rows.Insert(1, 1, 1, 1);
                rows.Insert(1, 1, 1, 1);
            });
            rows!.Dispose();
            return Task.FromResult(1e3 * seconds);
        }, rounds: 15);

    private static async Task SearchAsync(Scoreboard board, Scratch scratch)
    {
        await using var mlops = Open(scratch);
        var records = new RunRecords(mlops.Services.Get<IRecordStore>());
        var writer = mlops.Services.Get<RecordWriter>();
        var random = new Random(42);
        for (var from = 0; from < Searched; from += 500)
            await writer.CommitAsync([.. Enumerable.Range(from, 500).Select(i => records.Runs.Put(Seeded(i, random), RecordOperation.Absent))], null, default);

        foreach (var (name, limit) in new[] { ("wide", 0.9), ("narrow", 0.01) })
        {
            var query = new RunQuery
            {
                Filter = RunFilter.Parse(string.Create(CultureInfo.InvariantCulture, $"metrics.metric-1 < {limit} and params.param-2 in ('1', '2', '3')")), OrderBy = "metrics.metric-0", Descending = false, Limit = 100,
            };
            await board.BestAsync($"search-{name}-p95", " ms", Goal.AtMost(5, " ms"), async () =>
            {
                var times = new List<double>();
                for (var i = 0; i < 60; i++) times.Add(1e3 * await Clock.SecondsAsync(async () => await mlops.Experiments.PageRunsAsync(query)));
                return times.Order().ElementAt(56);
            }, rounds: 3);
        }

        var all = new RunQuery { OrderBy = "metrics.metric-0", Limit = 100 };
        var last = await PageAsync(mlops, all, 199);
        await board.RatioAsync("page-200-to-page-1", " ms", Goal.AtMost(1.2),
            async () => 1e3 * await Clock.SecondsAsync(async () => await mlops.Experiments.PageRunsAsync(all with { After = last })),
            async () => 1e3 * await Clock.SecondsAsync(async () => await mlops.Experiments.PageRunsAsync(all)), rounds: 15);
    }

    private static async Task<string?> PageAsync(MLOpsClient mlops, RunQuery query, int pages)
    {
        string? after = null;
        for (var i = 0; i < pages; i++) after = (await mlops.Experiments.PageRunsAsync(query with { After = after })).Next;
        return after;
    }

    private static Run Seeded(int i, Random random)
    {
        var at = DateTimeOffset.UnixEpoch.AddSeconds(i);
        return new Run
        {
            Id = Guid.CreateVersion7(at).ToString("N"), Experiment = $"experiment-{i % 40}", Name = $"run-{i}", Actor = "bench", Status = RunStatus.Finished, StartedAt = at, EndedAt = at.AddSeconds(1),
            Params = Enumerable.Range(0, 10).ToDictionary(p => $"param-{p}", _ => random.Next(20).ToString(CultureInfo.InvariantCulture)),
            Metrics = Enumerable.Range(0, 10).ToDictionary(m => $"metric-{m}", _ => new MetricSummary { Last = random.NextDouble(), Min = 0, Max = 1, Mean = 0.5, Count = 40, LastStep = 39, Position = 1 }),
        };
    }

    private static async Task CompareAsync(Scoreboard board, Scratch scratch)
    {
        const int Runs = 100, Metrics = 50, Points = 10_000;
        await using var mlops = Open(scratch);
        for (var r = 0; r < Runs; r++)
        {
            await using var run = await mlops.Experiments.StartRunAsync("compared", new() { Params = new Dictionary<string, string> { ["lr"] = (r % 10 * 0.1).ToString(CultureInfo.InvariantCulture), ["seed"] = r.ToString(CultureInfo.InvariantCulture) } });
            var metrics = Enumerable.Range(0, Metrics).Select(m => run.Metric($"metric-{m:D2}")).ToArray();
            for (var i = 0; i < Points; i++)
                foreach (var metric in metrics) run.Log(metric, (1.0 / (i + 1)) + (r % 10 * 0.1), i);
            await run.CompleteAsync();
        }

        var query = new RunQuery { Experiment = "compared" };
        var options = new RunComparisonOptions { Goals = [new("metric-00"), new("metric-01")] };
        var comparison = await mlops.Experiments.CompareRunsAsync(query, options);
        await board.BestAsync("compare-100-runs-50-metrics", " ms", Goal.AtMost(300, " ms"), async () => 1e3 * await Clock.SecondsAsync(async () => await mlops.Experiments.CompareRunsAsync(query, options)), rounds: 5);
        board.Exact("comparison-report", " MB", Goal.AtMost(2, " MB"), comparison.ToHtml().Length / 1e6);
    }

    private static MLOpsClient Open(Scratch scratch) => MLOpsClient.Create(scratch.Next("store"), o => o.Use(_ => RunCaptureOptions.None));
}
