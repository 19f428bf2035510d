using MLOps.Benchmarks.References;
using MLOps.Statistics;

namespace MLOps.Benchmarks.Ratios;

/// <summary>Pure maths against its textbook form.</summary>
internal static class StatisticsFigures
{
    private static double s_sink;

    public static async Task RunAsync(Scoreboard board)
    {
        var random = new Random(7);
        var a = Normal(random, 500_000, 0);
        var b = Normal(random, 500_000, 0.1);

        var (ks, wasserstein) = ArraySortTwoSample.Compare(a, b);
        var ours = TwoSample.Compare(a, b, PValueMethod.Asymptotic);
        if (Math.Abs(ours.KolmogorovSmirnov.Statistic - ks) > 1e-12 || Math.Abs(ours.Wasserstein - wasserstein) > 1e-9)
            throw new InvalidOperationException("Ours and the reference disagree: nothing is measured.");

        await board.RatioAsync("ks+wasserstein-500k+500k", " ms", Goal.AtMost(0.5),
            () => Milliseconds(() => s_sink += TwoSample.Compare(a, b, PValueMethod.Asymptotic).Wasserstein),
            () => Milliseconds(() => s_sink += ArraySortTwoSample.Compare(a, b).Wasserstein));
        await board.BestAsync("ks+wasserstein-500k+500k-time", " ms", Goal.AtMost(150, " ms"), () => Milliseconds(() => s_sink += TwoSample.Compare(a, b, PValueMethod.Asymptotic).Wasserstein));

        var values = a[..100_000];
        const int Passes = 40;
        await board.RatioAsync("moments", " ns", Goal.AtMost(1.3),
            () => PerValue(() => s_sink += Moments.Of(values).Mean), () => PerValue(() => s_sink += BareSum.Of(values)));
        await board.BestAsync("moments-per-value", " ns", Goal.AtMost(1.2, " ns"), () => PerValue(() => s_sink += Moments.Of(values).Mean));
        await SketchFigures.RunAsync(board);

        Task<double> PerValue(Action pass) => Task.FromResult(Clock.Nanoseconds(Passes * values.Length, _ =>
        {
            for (var i = 0; i < Passes; i++) pass();
        }));

        static Task<double> Milliseconds(Action work) => Task.FromResult(Clock.Seconds(work) * 1e3);
    }

    private static double[] Normal(Random random, int count, double mean) =>
        [.. Enumerable.Range(0, count).Select(_ => mean + Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))];
}
