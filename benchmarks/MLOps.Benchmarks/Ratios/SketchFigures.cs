using MLOps.Benchmarks.References;
using MLOps.Statistics;

namespace MLOps.Benchmarks.Ratios;

/// <summary>Sketches: the time of one value in bulk, and of a merge, against what one would write by hand.</summary>
internal static class SketchFigures
{
    private static double s_sink;

    public static async Task RunAsync(Scoreboard board)
    {
        const int Count = 200_000, Passes = 20;
        var random = new Random(7);
        var values = new double[Count];
        var numbers = new ulong[Count];
        var words = new string[Count];
        // Each word is its own object, as rows of a file give them: equal by content only.
        for (var i = 0; i < Count; i++) (values[i], numbers[i], words[i]) = (random.NextDouble() + random.NextDouble(), (ulong)random.NextInt64(), $"category-{random.Next(24)}");

        var bins = Binning.FromQuantiles(values, 32);
        var edges = bins.Edges.ToArray();
        if (!bins.CountOf(values).Counts.AsSpan().SequenceEqual(HandCounts.Histogram(values, edges))) throw new InvalidOperationException("Ours and the reference disagree: nothing is measured.");

        await board.BestAsync("kll-bulk-k200", " ns", Goal.AtMost(45, " ns"), () => PerValue(() => _ = Kll(values, 200)));
        await board.BestAsync("kll-bulk-k400", " ns", Goal.AtMost(45, " ns"), () => PerValue(() => _ = Kll(values, 400)));
        await board.BestAsync("hyperloglog-uint64", " ns", Goal.AtMost(10, " ns"), () => PerValue(Distinct));
        await board.RatioAsync("frequent-items-24-strings", " ns", Goal.AtMost(1), () => PerValue(Frequent), () => PerValue(() => s_sink += HandCounts.Words(words).Count));
        await board.BestAsync("frequent-items-24-strings-time", " ns", Goal.AtMost(25, " ns"), () => PerValue(Frequent));
        await board.RatioAsync("histogram-32-bins", " ns", Goal.AtMost(0.5), () => PerValue(() => s_sink += bins.CountOf(values).Counts[0]), () => PerValue(() => s_sink += HandCounts.Histogram(values, edges)[0]));
        await board.BestAsync("histogram-32-bins-time", " ns", Goal.AtMost(6, " ns"), () => PerValue(() => s_sink += bins.CountOf(values).Counts[0]));

        const int Merges = 200;
        var parts = Enumerable.Range(0, 10).Select(i => Kll(values.AsSpan(i * Count / 10, Count / 10), 400)).ToArray();
        await board.BestAsync("kll-merge-k400", " us", Goal.AtMost(20, " us"), () =>
        {
            var whole = new KllSketch(400, 1);
            return Task.FromResult(Enumerable.Range(0, Passes).Min(_ => Clock.Nanoseconds(Merges, n =>
            {
                for (var i = 0; i < n; i++) whole.Merge(parts[i % parts.Length]);
            })) / 1e3);
        });
        board.Exact("kll-bytes-k400", " B", Goal.AtMost(10 * 1024, " B"), Kll(values, 400).ToBytes().Length);

        void Distinct()
        {
            var sketch = new HyperLogLog();
            sketch.Update(numbers);
            s_sink += sketch.Estimate().Value;
        }

        void Frequent()
        {
            var sketch = new FrequentItems();
            sketch.Update(words);
            s_sink += sketch.Retained;
        }

        // The best of some passes: enough of them to outlast the moment until the runtime has compiled each for good, short enough for one to pass undisturbed.
        static Task<double> PerValue(Action pass) => Task.FromResult(Enumerable.Range(0, Passes).Min(_ => Clock.Nanoseconds(Count, _ => pass())));
    }

    private static KllSketch Kll(ReadOnlySpan<double> values, int k)
    {
        var sketch = new KllSketch(k, 1);
        sketch.Update(values);
        s_sink += sketch.Retained;
        return sketch;
    }
}
