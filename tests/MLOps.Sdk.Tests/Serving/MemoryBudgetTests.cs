using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MLOps.Serving;

public sealed class MemoryBudgetTests
{
    private TrackedFormat _format = null!;

    [SetUp]
    public void Open() => _format = new TrackedFormat();

    [Test]
    public async Task A_lazy_model_is_loaded_when_it_is_asked_and_not_before()
    {
        await using var store = await StoreAsync(2, null);
        foreach (var hosted in store.Services.Provider.GetServices<IHostedService>()) await hosted.StartAsync(default);
        Assert.That(_format.Loaded, Is.Empty);
        var predictor = store.Server.Find<int, int>("m1");
        Assert.That(() => predictor.Predict(0), Throws.TypeOf<MLOpsNotFoundException>().With.Message.Contains("PredictAsync"));
        Assert.That((await predictor.PredictAsync(0)).Value, Is.EqualTo(1));
        Assert.That(predictor.Predict(0).Value, Is.EqualTo(1));

        // Once it is loaded its alias is followed.
        await store.Registry.RegisterAsync("m1", 100);
        await store.Registry.SetAliasAsync("m1", "champion", 2);
        await Until(() => predictor.Predict(0).Value == 100);
    }

    [Test]
    public async Task Models_beyond_the_budget_go_by_who_was_not_asked_longest_and_come_back_when_asked()
    {
        await using var store = await StoreAsync(6, 3000);
        async Task<int> Ask(int model) => (await store.Server.Find<int, int>($"m{model}").PredictAsync(0)).Value;
        for (var i = 0; i < 3; i++) Assert.That(await Ask(i), Is.EqualTo(i));
        Assert.That(Loaded(store), Is.EqualTo(new[] { "m0", "m1", "m2" }));
        await Ask(0);
        Assert.That(await Ask(3), Is.EqualTo(3));
        Assert.That(Loaded(store), Is.EqualTo(new[] { "m0", "m2", "m3" }).Or.EqualTo(new[] { "m0", "m1", "m3" }), "the one that was asked again stays");
        for (var i = 5; i >= 0; i--) Assert.That(await Ask(i), Is.EqualTo(i));
        Assert.That(Loaded(store), Has.Count.EqualTo(3));
        Assert.That(store.Server.Served.Sum(s => s.MemoryBytes), Is.EqualTo(3000));
    }

    [Test]
    public async Task A_call_inside_a_model_that_is_taken_out_of_memory_ends_there()
    {
        await using var store = await StoreAsync(2, 1000);
        using var inside = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        var first = store.Server.Find<int, int>("m1");
        await first.PredictAsync(0);
        _format.During = () =>
        {
            _format.During = null;
            inside.Set();
            go.Wait();
        };
        var call = Task.Factory.StartNew(() => first.Predict(0), default, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        inside.Wait();
        await store.Server.Find<int, int>("m0").PredictAsync(0);
        Assert.That(Loaded(store), Is.EqualTo(new[] { "m0" }));
        Assert.That(_format.Loaded.Single(m => m.Value == 1).Disposals, Is.Zero);
        go.Set();
        Assert.That((await call).Value, Is.EqualTo(1));
        await Until(() => _format.Loaded.Single(m => m.Value == 1).Disposals == 1);
    }

    [Test]
    public async Task Many_models_asked_at_random_by_many_callers_within_a_small_budget_answer_every_call()
    {
        var models = Effort.Of(60, 2000);
        await using var store = await StoreAsync(models, models * 100);
        var calls = Effort.Of(60, 5000);
        var wrong = 0;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(seed => Task.Run(async () =>
        {
            var random = new Random(seed);
            for (var i = 0; i < calls; i++)
            {
                var model = random.Next(models);
                if ((await store.Server.Find<int, int>($"m{model}").PredictAsync(0)).Value != model) Interlocked.Increment(ref wrong);
            }
        })));
        Assert.That(wrong, Is.Zero);
        Assert.That(_format.CallsAfterDisposal, Is.Zero);
        Assert.That(store.Server.Served.Sum(s => s.MemoryBytes), Is.LessThanOrEqualTo((models * 100) + 4000));
        TestContext.Out.WriteLine($"{_format.Loaded.Count} loads for {4 * calls} calls of {models} models");
    }

    [Test]
    public async Task A_budget_of_nothing_is_refused()
    {
        await using var store = new StoreProcess(b => b.Use(_ => new ServingOptions { MemoryBytes = 0 }));
        Assert.That(() => store.Server, Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("MemoryBytes"));
    }

    private async Task<StoreProcess> StoreAsync(int models, long? budget)
    {
        var store = new StoreProcess(b =>
        {
            b.AddModelFormat(_ => _format).Use(_ => new ServingOptions { MemoryBytes = budget });
            for (var i = 0; i < models; i++)
            {
                b.AddModel<int, int>($"m{i}", o =>
                {
                    o.Lazy = true;
                    o.Memory = _ => 1000;
                });
            }
        });
        for (var i = 0; i < models; i++)
        {
            await store.Registry.RegisterAsync($"m{i}", i);
            await store.Registry.SetAliasAsync($"m{i}", "champion", 1);
        }

        return store;
    }

    private static List<string> Loaded(StoreProcess store) => [.. store.Server.Served.Where(s => s.Number is not null).Select(s => s.Model)];

    private static async Task Until(Func<bool> holds)
    {
        using var hang = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!holds())
        {
            hang.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
