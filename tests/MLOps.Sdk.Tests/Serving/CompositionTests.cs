using Microsoft.Extensions.DependencyInjection;

namespace MLOps.Serving;

public sealed class CompositionTests
{
    private StoreProcess _store = null!;

    [SetUp]
    public async Task Open()
    {
        _store = new StoreProcess(b => b.AddModelFormat(_ => new TrackedFormat()).AddModel<int, int>("a").AddModel<int, int>("b")
            .AddPredictor<string, string>("words", s => s.Provider.GetRequiredKeyedService<IPredictor<int, int>>("a").With<int, int, string, string>(int.Parse, (word, answer) => $"{word}:{answer}"))
            .AddPredictor("sum", s => new[] { "a", "b" }.Select(s.Provider.GetRequiredKeyedService<IPredictor<int, int>>).ToList().Combine("sum", (input, answers) => input == 9 ? throw new FormatException("nine") : answers.Sum(p => p.Value))));
        foreach (var (model, value) in new[] { ("a", 10), ("b", 5) })
        {
            await _store.Registry.RegisterAsync(model, value);
            await _store.Registry.SetAliasAsync(model, "champion", 1);
            await _store.Server.GetAsync<int, int>(model);
        }
    }

    [TearDown]
    public async Task Close() => await _store.DisposeAsync();

    [Test]
    public async Task Steps_before_and_after_a_model_keep_its_version_and_id()
    {
        var words = _store.Services.Provider.GetRequiredKeyedService<IPredictor<string, string>>("words");
        var one = words.Predict("7");
        Assert.That((one.Value, one.Version, one.Route, words.Model), Is.EqualTo(("7:10", 1, "champion", "a")));
        Assert.That((await _store.Log.FindAsync(one.Id)).Model, Is.EqualTo("a"));
        Assert.That((await words.PredictAsync("8")).Value, Is.EqualTo("8:10"));
        Assert.Throws<FormatException>(() => words.Predict("x"));

        var outcomes = new PredictionOutcome<string>[4];
        await words.PredictBatchAsync(new[] { "1", "x", "-2147483648", "2" }, outcomes);
        Assert.That(outcomes.Select(o => o.Succeeded ? o.Prediction.Value : o.Error.GetType().Name), Is.EqualTo(new[] { "1:10", "FormatException", "InvalidOperationException", "2:10" }));
        var batch = new Prediction<string>[2];
        words.PredictBatch(["1", "2"], batch);
        Assert.That(batch.Select(p => p.Value), Is.EqualTo(new[] { "1:10", "2:10" }));
    }

    [Test]
    public async Task Several_models_answer_as_one()
    {
        var sum = _store.Services.Provider.GetRequiredKeyedService<IPredictor<int, int>>("sum");
        Assert.That((sum.Model, sum.Predict(1).Value, (await sum.PredictAsync(1)).Value), Is.EqualTo(("sum", 15, 15)));
        var outcomes = new PredictionOutcome<int>[3];
        await sum.PredictBatchAsync(new[] { 1, 9, int.MinValue }, outcomes);
        Assert.That(outcomes.Select(o => o.Succeeded ? "15" : o.Error.GetType().Name), Is.EqualTo(new[] { "15", "FormatException", "InvalidOperationException" }));
        var batch = new Prediction<int>[2];
        sum.PredictBatch([1, 2], batch);
        Assert.That(batch.Select(p => p.Value), Is.EqualTo(new[] { 15, 15 }));
        Assert.Throws<MLOpsInvalidException>(() => sum.PredictBatch([1, 2], new Prediction<int>[1]));
        Assert.Throws<MLOpsInvalidException>(() => new List<IPredictor<int, int>>().Combine("none", (_, _) => 0));
    }

    [Test]
    public async Task Calls_beyond_the_bound_are_refused_before_any_work()
    {
        var format = new TrackedFormat();
        await using var store = new StoreProcess(b => b.AddModelFormat(_ => format).AddModel<int, int>("m", o => o.MaximumCalls = 1));
        await store.Registry.RegisterAsync("m", 1);
        await store.Registry.SetAliasAsync("m", "champion", 1);
        var predictor = await store.Server.GetAsync<int, int>("m");
        using var inside = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        format.During = () =>
        {
            inside.Set();
            go.Wait();
        };
        var call = Task.Factory.StartNew(() => predictor.Predict(0), default, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        inside.Wait();
        Assert.That(() => predictor.Predict(0), Throws.TypeOf<MLOpsOverloadedException>().With.Message.Contains("MaximumCalls"));
        Assert.That(() => predictor.PredictBatch([1], new Prediction<int>[1]), Throws.TypeOf<MLOpsOverloadedException>());
        go.Set();
        await call;
        format.During = null;
        Assert.That(predictor.Predict(0).Value, Is.EqualTo(1));
        for (var i = 0; i < 100; i++) predictor.Predict(0);
        Assert.Throws<InvalidOperationException>(() => predictor.Predict(int.MinValue));
        var usage = store.Server.Served.Single().Usage;
        Assert.That((usage.Rows, usage.Failures), Is.EqualTo((102, 1)));
        Assert.That(usage.Percentile99, Is.GreaterThanOrEqualTo(usage.Median!.Value));
    }
}
