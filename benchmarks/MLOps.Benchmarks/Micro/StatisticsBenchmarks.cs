using BenchmarkDotNet.Attributes;
using MLOps.Benchmarks.References;
using MLOps.Statistics;

namespace MLOps.Benchmarks.Micro;

[MemoryDiagnoser]
public class StatisticsBenchmarks
{
    private double[] _a = [];
    private double[] _b = [];

    [Params(1_000, 100_000)]
    public int Count { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        var random = new Random(7);
        _a = [.. Enumerable.Range(0, Count).Select(_ => random.NextDouble())];
        _b = [.. Enumerable.Range(0, Count).Select(_ => random.NextDouble() + 0.05)];
    }

    [Benchmark]
    public double Compare() => TwoSample.Compare(_a, _b, PValueMethod.Asymptotic).Wasserstein;

    [Benchmark(Baseline = true)]
    public double CompareByArraySort() => ArraySortTwoSample.Compare(_a, _b).Wasserstein;

    [Benchmark]
    public double MomentsOf() => Moments.Of(_a).Mean;
}
