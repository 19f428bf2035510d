using MLOps.Benchmarks.References;
using MLOps.Statistics;

namespace MLOps.Benchmarks.Ratios;

/// <summary>The stream detectors, in nanoseconds per value, at their defaults on a stream of errors that has a few changes.</summary>
internal static class DetectorFigures
{
    private static long s_sink;

    public static async Task RunAsync(Scoreboard board)
    {
        var random = new Random(7);
        double[] errors = [.. Enumerable.Range(0, 200_000).Select(i => random.NextDouble() < 0.2 + 0.1 * (i / 50_000) ? 1.0 : 0.0)];
        double[] values = [.. errors.Take(20_000).Select(error => error + random.NextDouble())];

        await BestAsync("adwin", 150, new Adwin(), errors, 5);
        await BestAsync("ddm", 10, new Ddm(), errors, 20);
        await BestAsync("page-hinkley", 10, new PageHinkley(), errors, 20);
        await BestAsync("kswin", 5000, new Kswin(alpha: 0.0001), values, 2);
        await board.RatioAsync("kswin-against-sorting", " ns", Goal.AtMost(0.5),
            () => PerValue(new Kswin(alpha: 0.0001), values, 1), () => PerValue(new SortingKswin(0.0001, 100, 30), values, 1));

        Task BestAsync(string name, double most, IStreamDetector detector, double[] stream, int passes) =>
            board.BestAsync(name + "-update", " ns", Goal.AtMost(most, " ns"), () => PerValue(detector, stream, passes));
    }

    // The best of some passes: enough of them to outlast the moment until the runtime has compiled an update for good, short enough for one to pass undisturbed.
    private static Task<double> PerValue(IStreamDetector detector, double[] stream, int passes)
    {
        detector.Reset();
        return Task.FromResult(Enumerable.Range(0, passes).Min(_ => Clock.Nanoseconds(stream.Length, _ =>
        {
            foreach (var value in stream)
                if (detector.Update(value).Drift) s_sink++;
        })));
    }
}
