using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Serving;

namespace MLOps.Benchmarks.Ratios;

/// <summary>What swapping a model all the time does to the slowest calls.</summary>
internal static class SwapFigures
{
    private const int Slices = 31;
    private static double s_sink;

    public static async Task RunAsync(Scoreboard board)
    {
        await using var mlops = MLOpsClient.Create("unused", o => o.UseMemory().AddModelType("bench", BenchJson.Default.BenchModel).AddModel<BenchRow, double>("bench"));
        for (var i = 1; i <= 2; i++) await mlops.Models.RegisterAsync("bench", new BenchModel([i, 2, 3, 4]));
        await mlops.Models.SetAliasAsync("bench", "champion", 1);
        var predictor = await mlops.Server.GetAsync<BenchRow, double>("bench");
        var row = BenchRow.Make(new Random(7));
        var swaps = 0;

        await SliceAsync(false);
        await SliceAsync(true);
        var ratios = new List<double>();
        for (var slice = 0; slice < Slices; slice++)
        {
            var (first, second) = slice % 2 == 0 ? (true, false) : (false, true);
            var (a, b) = (await SliceAsync(first), await SliceAsync(second));
            ratios.Add(first ? a / b : b / a);
        }

        ratios.Sort();
        // The order statistics that hold the median with 95 %: binomial, n = 31.
        board.Exact("swap-p99-to-steady-p99-in-process", "x", Goal.AtMost(1.10), Math.Round(ratios[Slices / 2], 3));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"#   median of {Slices} paired one-second slices, 95 % interval {ratios[9]:0.000}x to {ratios[21]:0.000}x, {swaps} swaps"));

        async Task<double> SliceAsync(bool swapping)
        {
            using var stop = new CancellationTokenSource();
            var load = Task.Factory.StartNew(() => Load(predictor, row), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            var number = 1;
            while (!load.IsCompleted)
            {
                if (swapping)
                {
                    number = 3 - number;
                    await mlops.Models.SetAliasAsync("bench", "champion", number);
                    await mlops.Server.RefreshAsync("bench");
                    swaps++;
                }

                await Task.WhenAny(load, Task.Delay(10));
            }

            return await load;
        }
    }

    /// <summary>The 99th percentile of the calls of one second, in ticks of the clock.</summary>
    private static double Load(IPredictor<BenchRow, double> predictor, BenchRow row)
    {
        var unlogged = new PredictOptions { Unlogged = true };
        // Calls of one after the other are timed together: a single one is shorter than the clock's own cost.
        const int Together = 16;
        var took = new long[1 << 22];
        var (count, sum) = (0, 0.0);
        var began = Stopwatch.GetTimestamp();
        var until = began + Stopwatch.Frequency;
        for (var now = began; now < until && count < took.Length;)
        {
            for (var i = 0; i < Together; i++) sum += predictor.Predict(row, unlogged).Value;
            var then = Stopwatch.GetTimestamp();
            took[count++] = then - now;
            now = then;
        }

        Volatile.Write(ref s_sink, sum);
        Array.Sort(took, 0, count);
        return took[(int)(count * 0.99)];
    }
}
