using Microsoft.Extensions.DependencyInjection;
using MLOps.Models;
using MLOps.Records;
using MLOps.Testing;

namespace MLOps.Serving;

/// <summary>What a candidate may do to the champion: nothing.</summary>
public sealed class BadCandidateTests
{
    private readonly ManualTimeProvider _time = new();
    private CandidateFormat _format = null!;
    private StoreProcess _store = null!;

    private RouteRecords Routes => _store.Services.Get<RouteRecords>();

    [SetUp]
    public async Task Open()
    {
        _format = new CandidateFormat();
        _store = NewStore();
        await _store.Registry.RegisterAsync("m", "champion");
        await _store.Registry.SetAliasAsync("m", "champion", 1);
    }

    [TearDown]
    public async Task Close() => await _store.DisposeAsync();

    [Test]
    public async Task One_that_throws_is_taken_out_after_its_limit_and_the_champion_never_fails()
    {
        var predictor = await CanaryAsync("throws");
        var failed = 0;
        for (var i = 0; i < 1000; i++)
        {
            try
            {
                predictor.Predict(i, new() { Key = $"u{i}" });
            }
            catch (InvalidOperationException)
            {
                failed++;
            }
        }

        Assert.That(failed, Is.EqualTo(20));
    }

    [Test]
    public async Task One_that_answers_NaN_is_taken_out_after_its_limit()
    {
        var predictor = await CanaryAsync("nan");
        var answers = Enumerable.Range(0, 1000).Select(i => predictor.Predict(i, new() { Key = $"u{i}" }).Value).ToList();
        Assert.That(answers.Count(double.IsNaN), Is.EqualTo(20));
        Assert.That(_store.Server.Served.Single().Arms[1].Problem, Does.Contain("NaN"));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task One_that_hangs_holds_no_more_callers_than_its_limit(bool batched)
    {
        await _store.DisposeAsync();
        _format = new CandidateFormat();
        _store = NewStore(o => o.Batching = batched ? new() : null);
        await _store.Registry.RegisterAsync("m", "champion");
        await _store.Registry.SetAliasAsync("m", "champion", 1);
        var predictor = await CanaryAsync("hangs", new() { CallsInside = 3 });
        var hanging = Enumerable.Range(0, 3).Select(_ => Task.Factory.StartNew(() => predictor.PredictAsync(0, new() { Arm = "canary" }).AsTask(), default, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()).ToList();
        using var hang = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (_format.Hanging < (batched ? 1 : 3))
        {
            hang.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        for (var i = 0; i < 500; i++) Assert.That((await predictor.PredictAsync(i, new() { Arm = "champion" })).Version, Is.EqualTo(1));
        if (!batched)
        {
            Assert.That(predictor.Predict(0, new() { Arm = "canary" }).Version, Is.EqualTo(1), "there is no room left");
            Assert.That(_store.Server.Served.Single().Arms[1].Problem, Is.Null);
            _time.Advance(TimeSpan.FromSeconds(11));
            Assert.That(predictor.Predict(0, new() { Arm = "canary" }).Version, Is.EqualTo(1));
            Assert.That(_store.Server.Served.Single().Arms[1].Problem, Does.Contain("do not end"));
        }

        // And it goes: the route ends although its calls do not.
        await WriteAsync(RouteRecordsTests.Canary(0) with { Arms = [new("champion", null, 10_000)] });
        Assert.That((await predictor.PredictAsync(0)).Version, Is.EqualTo(1));
        Assert.That(_store.Server.Served.Single().Draining, Is.EqualTo(1));
        _format.Release.Set();
        await Task.WhenAll(hanging);
    }

    [Test]
    public async Task One_that_takes_ten_seconds_to_load_is_not_waited_for()
    {
        var predictor = await _store.Server.GetAsync<int, double>("m");
        await _store.Registry.RegisterAsync("m", "slow");
        var (_, put) = Routes.Put(null, RouteRecordsTests.Canary(10_000));
        await _store.Services.Get<RecordWriter>().CommitAsync([put], null, default);
        using var hang = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (_format.Loading == 0)
        {
            hang.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        for (var i = 0; i < 500; i++) Assert.That(predictor.Predict(i).Version, Is.EqualTo(1));
        Assert.That((await Routes.LiveAsync("m", "champion", default)).Single().Revision, Is.Zero, "not observed before it answers");
        _format.Release.Set();
        while (predictor.Predict(0).Version != 2)
        {
            hang.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    [Test]
    public async Task One_that_never_finishes_loading_fails_at_its_limit()
    {
        await using var store = NewStore(o => o.LoadTimeout = TimeSpan.FromSeconds(10), _store);
        var predictor = await store.Server.GetAsync<int, double>("m");
        await _store.Registry.RegisterAsync("m", "slow");
        await _store.Registry.SetAliasAsync("m", "champion", 2);
        using var hang = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (store.Server.Served.Single().LastError is null)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            hang.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        Assert.That(store.Server.Served.Single().LastError, Does.Contain("within 00:00:10"));
        Assert.That(predictor.Predict(0).Version, Is.EqualTo(1));
        _format.Release.Set();
        while (_format.Disposed == 0)
        {
            hang.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private async Task<IPredictor<int, double>> CanaryAsync(string kind, RouteLimits? limits = null)
    {
        var predictor = await _store.Server.GetAsync<int, double>("m");
        await _store.Registry.RegisterAsync("m", kind);
        await WriteAsync(RouteRecordsTests.Canary(5000) with { Limits = limits ?? new() });
        return predictor;
    }

    private async Task WriteAsync(Route route)
    {
        var (_, put) = Routes.Put(await Routes.GetAsync("m", "champion", default), route);
        await _store.Services.Get<RecordWriter>().CommitAsync([put], null, default);
        await _store.Server.RefreshAsync("m");
    }

    private StoreProcess NewStore(Action<ServedModelOptions<int, double>>? configure = null, StoreProcess? shared = null) =>
        new(b => b.AddModelFormat(_ => _format).AddModel("m", configure), shared, _time);

    /// <summary>Registers a word, and loads a model that behaves as it says.</summary>
    private sealed class CandidateFormat : IModelFormat
    {
        public int Hanging, Loading, Disposed;

        public ManualResetEventSlim Release { get; } = new();

        public string Key => "candidate";

        public bool CanPack(object model) => model is string;

        public ValueTask<ModelPackage> PackAsync(object model, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(new ModelPackage(new Dictionary<string, string> { ["kind"] = (string)model }, [new ModelPackageFile("kind", () => new MemoryStream(System.Text.Encoding.UTF8.GetBytes((string)model)))]));

        public ValueTask<object> LoadAsync(ModelVersion version, ModelFiles files, CancellationToken cancellationToken = default)
        {
            if (version.Facts["kind"] == "slow")
            {
                Interlocked.Increment(ref Loading);
                Release.Wait(CancellationToken.None);
            }

            return ValueTask.FromResult<object>(new Candidate(version.Facts["kind"], this));
        }
    }

    private sealed class Candidate(string kind, CandidateFormat format) : IModel<int, double>, IDisposable
    {
        public double Predict(int input)
        {
            if (kind == "throws") throw new InvalidOperationException("The candidate fails.");
            if (kind != "hangs") return kind == "nan" ? double.NaN : 1;
            Interlocked.Increment(ref format.Hanging);
            format.Release.Wait();
            return 2;
        }

        public void Dispose() => Interlocked.Increment(ref format.Disposed);
    }
}
