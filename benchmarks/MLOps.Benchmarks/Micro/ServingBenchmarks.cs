using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Benchmarks.Ratios;
using MLOps.Benchmarks.References;
using MLOps.Serving;

namespace MLOps.Benchmarks.Micro;

#pragma warning disable CA1001 // BenchmarkDotNet calls StopAsync.
[MemoryDiagnoser]
public class ServingBenchmarks
{
    private static readonly PredictOptions s_unlogged = new() { Unlogged = true };
    private readonly BenchRow _row = BenchRow.Make(new Random(7));
    private readonly BenchModel _model = new([1, 2, 3, 4]);
    private Scratch? _scratch;
    private MLOpsClient? _mlops;
    private IPredictor<BenchRow, double>? _predictor;
    private EnginePool<BenchRow, double>? _pool;

    [GlobalSetup]
    public async Task ServeAsync()
    {
        _scratch = new Scratch();
        _mlops = MLOpsClient.Create(_scratch.Next("store"), o => o
            .AddModelType("bench", BenchJson.Default.BenchModel)
            .AddModel<BenchRow, double>("bench", m => m.Features = BenchRow.Schema));
        var version = await _mlops.Models.RegisterAsync("bench", _model);
        await _mlops.Models.SetAliasAsync("bench", "champion", version.Number);
        _predictor = await _mlops.Server.GetAsync<BenchRow, double>("bench");
        _pool = new(() => _model.Predict);
    }

    [GlobalCleanup]
    public async Task StopAsync()
    {
        await _mlops!.DisposeAsync();
        _scratch!.Dispose();
    }

    [Benchmark(Baseline = true)]
    public double RawCall() => _model.Predict(_row);

    [Benchmark]
    public double Predict() => _predictor!.Predict(_row, s_unlogged).Value;

    [Benchmark]
    public double PooledEngine() => _pool!.Predict(_row);
}
