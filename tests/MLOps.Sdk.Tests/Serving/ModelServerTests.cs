using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MLOps.Storage;

namespace MLOps.Serving;

public sealed class ModelServerTests
{
    private TrackedFormat _format = null!;
    private StoreProcess _store = null!;

    [SetUp]
    public async Task Open()
    {
        _format = new TrackedFormat();
        _store = NewStore();
        for (var i = 1; i <= 3; i++) await _store.Registry.RegisterAsync("m", i * 10);
    }

    [TearDown]
    public async Task Close() => await _store.DisposeAsync();

    [Test]
    public async Task A_prediction_says_which_version_answered_and_why()
    {
        await _store.Registry.SetAliasAsync("m", "champion", 2);
        var predictor = await _store.Server.GetAsync<int, int>("m");
        var first = predictor.Predict(1);
        var second = await predictor.PredictAsync(1);
        Assert.Multiple(() =>
        {
            Assert.That((first.Value, first.Version, first.Route), Is.EqualTo((20, 2, "champion")));
            Assert.That(first.Id.Sequence, Is.EqualTo(1));
            Assert.That(second.Id, Is.EqualTo(first.Id with { Sequence = 2 }));
        });

        var batch = new Prediction<int>[3];
        predictor.PredictBatch([1, 2, 3], batch);
        Assert.That(batch.Select(p => p.Id.Sequence), Is.EqualTo(new ulong[] { 3, 4, 5 }));
        Assert.Throws<MLOpsInvalidException>(() => predictor.PredictBatch([1, 2], new Prediction<int>[1]));

        var generation = await _store.Log.GenerationAsync(first.Id);
        Assert.That((generation.Model, generation.Number, generation.Alias), Is.EqualTo(("m", 2, "champion")));
        var edges = await _store.Records.QueryAsync(new RecordQuery("lineage") { Filter = Filter.Equal("target", $"generation:{generation.Id}") });
        Assert.That(edges.Records.Select(e => e.Fields["source"].Text), Is.EquivalentTo(["model:m/2", "deployment:m@champion/1"]));
    }

    [Test]
    public async Task A_model_without_its_alias_says_what_is_missing()
    {
        var predictor = _store.Server.Find<int, int>("m");
        Assert.That(() => predictor.Predict(1), Throws.TypeOf<MLOpsNotFoundException>().With.Message.Contains("the host has not started"));
        Assert.ThrowsAsync<MLOpsNotFoundException>(async () => await predictor.PredictAsync(1));
        await _store.Server.GetAsync<int, int>("m");
        Assert.That(() => predictor.Predict(1), Throws.TypeOf<MLOpsNotFoundException>().With.Message.Contains("no alias 'champion'"));
        Assert.ThrowsAsync<MLOpsNotFoundException>(async () => await _store.Server.RefreshAsync("m"));
        Assert.That(async () => await _store.Server.GetAsync<int, int>("n"), Throws.TypeOf<MLOpsNotFoundException>().With.Message.Contains("declared are m"));
        Assert.That(async () => await _store.Server.GetAsync<int, double>("m"), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("<Int32, Int32>"));
    }

    [Test]
    public async Task An_alias_that_another_process_moves_is_followed_and_the_old_version_disposed_once()
    {
        await _store.Registry.SetAliasAsync("m", "champion", 1);
        var predictor = await _store.Server.GetAsync<int, int>("m");
        Assert.That(predictor.Predict(0).Value, Is.EqualTo(10));

        await using var other = NewStore(_store);
        await other.Registry.SetAliasAsync("m", "champion", 2);
        await Until(() => predictor.Predict(0).Value == 20);
        await Until(() => _format.Loaded.Single(m => m.Value == 10).Disposals == 1);
        Assert.That(_format.Loaded.Single(m => m.Value == 20).Disposals, Is.Zero);
    }

    [Test]
    public async Task An_alias_set_later_loads_the_model_that_was_waiting_for_it()
    {
        var predictor = await _store.Server.GetAsync<int, int>("m");
        await _store.Registry.SetAliasAsync("m", "champion", 3);
        await Until(() => _store.Server.Served.Single().Number == 3);
        Assert.That(predictor.Predict(0).Value, Is.EqualTo(30));
    }

    [Test]
    public async Task An_alias_that_is_removed_keeps_the_last_version_answering()
    {
        await _store.Registry.SetAliasAsync("m", "champion", 1);
        var predictor = await _store.Server.GetAsync<int, int>("m");
        await _store.Registry.RemoveAliasAsync("m", "champion");
        await Until(() => _store.Logs.Messages.Any(m => m.Contains("was removed", StringComparison.Ordinal)));
        Assert.That(predictor.Predict(0).Value, Is.EqualTo(10));
    }

    [Test]
    public async Task A_version_that_is_damaged_leaves_the_old_one_answering_and_says_why()
    {
        await _store.Registry.SetAliasAsync("m", "champion", 1);
        var predictor = await _store.Server.GetAsync<int, int>("m");
        var damaged = await _store.Registry.ResolveAsync("m/2");
        var key = ContentStore.Key(damaged.Files[0].Digest);
        await _store.Blobs.DeleteAsync(key);
        await _store.Blobs.WriteAsync(key, new MemoryStream("77"u8.ToArray()));

        await _store.Registry.SetAliasAsync("m", "champion", 2);
        Assert.ThrowsAsync<MLOpsIntegrityException>(async () => await _store.Server.RefreshAsync("m"));
        var served = _store.Server.Served.Single();
        Assert.That(served.Number, Is.EqualTo(1));
        Assert.That(served.LastError, Does.Contain("damaged"));
        Assert.That(predictor.Predict(0).Value, Is.EqualTo(10));

        await _store.Registry.SetAliasAsync("m", "champion", 3);
        await _store.Server.RefreshAsync("m");
        Assert.That(predictor.Predict(0).Value, Is.EqualTo(30));
        Assert.That(_store.Server.Served.Single().LastError, Is.Null);
    }

    [Test]
    public async Task A_version_that_does_not_load_or_fails_its_warm_up_is_not_published_and_disposed()
    {
        await _store.Registry.RegisterAsync("m", -1);
        await _store.Registry.SetAliasAsync("m", "champion", 1);
        var predictor = await _store.Server.GetAsync<int, int>("m");
        await _store.Registry.SetAliasAsync("m", "champion", 4);
        Assert.That(async () => await _store.Server.RefreshAsync("m"), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("m/4").And.Message.Contains("Negative models"));
        Assert.That(predictor.Predict(0).Value, Is.EqualTo(10));

        await using var warm = NewStore(_store, o => o.WarmUp = [1, int.MinValue]);
        await _store.Registry.SetAliasAsync("m", "champion", 2);
        Assert.That(async () => await warm.Server.GetAsync<int, int>("m"), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("warm-up row 1"));
        Assert.That(_format.Loaded.Where(m => m.Value == 20).Sum(m => m.Disposals), Is.GreaterThanOrEqualTo(1));
        Assert.That(warm.Server.Served.Single().Number, Is.Null);
    }

    [Test]
    public async Task A_failing_load_is_tried_again_without_a_new_move()
    {
        var time = new Testing.ManualTimeProvider();
        await using var store = NewStore(_store, time: time);
        await store.Registry.SetAliasAsync("m", "champion", 1);
        var predictor = await store.Server.GetAsync<int, int>("m");
        var version = await store.Registry.ResolveAsync("m/2");
        var key = ContentStore.Key(version.Files[0].Digest);
        await store.Blobs.DeleteAsync(key);
        await store.Registry.SetAliasAsync("m", "champion", 2);
        await Until(() => store.Server.Served.Single().LastError is not null);

        await store.Blobs.WriteAsync(key, new MemoryStream("20"u8.ToArray()));
        await Until(() =>
        {
            time.Advance(TimeSpan.FromSeconds(5));
            return predictor.Predict(0).Value == 20;
        });
    }

    [Test]
    public async Task A_load_that_runs_into_a_time_limit_of_its_own_is_a_failure_that_is_told_and_tried_again()
    {
        var time = new Testing.ManualTimeProvider();
        await using var store = NewStore(_store, time: time);
        await store.Registry.SetAliasAsync("m", "champion", 1);
        var predictor = await store.Server.GetAsync<int, int>("m");
        _format.Loading = number =>
        {
            if (number == 20) throw new TaskCanceledException("The request took too long.");
        };
        await store.Registry.SetAliasAsync("m", "champion", 2);
        await Until(() => store.Server.Served.Single().LastError is not null);
        Assert.That(store.Server.Served.Single().LastError, Does.Contain("m/2").And.Contain("took too long"));
        Assert.That(store.Logs.Messages, Has.None.Contains("could not be watched"));

        _format.Loading = null;
        await Until(() =>
        {
            time.Advance(TimeSpan.FromSeconds(5));
            return predictor.Predict(0).Value == 20;
        });
    }

    [Test]
    public async Task A_load_that_runs_into_a_time_limit_of_its_own_does_not_keep_a_host_from_starting()
    {
        await using var store = new StoreProcess(b => b.AddModelFormat(_ => _format).AddModel<int, int>("m").AddModel<int, int>("other"), _store);
        await store.Registry.RegisterAsync("other", 40);
        await store.Registry.SetAliasAsync("m", "champion", 1);
        await store.Registry.SetAliasAsync("other", "champion", 1);
        _format.Loading = number =>
        {
            if (number == 10) throw new OperationCanceledException("The request took too long.");
        };
        foreach (var hosted in store.Services.Provider.GetServices<IHostedService>()) await hosted.StartAsync(default);
        Assert.That(store.Server.Served.Select(s => (s.Model, s.Number)), Is.EqualTo(new[] { ("m", (int?)null), ("other", 1) }));
        Assert.That(store.Server.Served[0].LastError, Does.Contain("took too long"));
    }

    [Test]
    public async Task A_start_that_is_cancelled_stays_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        await _store.Registry.SetAliasAsync("m", "champion", 1);
        _format.Loading = _ =>
        {
            cancelled.Cancel();
            cancelled.Token.ThrowIfCancellationRequested();
        };
        Assert.That(async () => await _store.Server.StartAsync(cancelled.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(_store.Server.Served.Single().LastError, Is.Null);
    }

    [Test]
    public async Task A_call_that_is_inside_an_old_version_ends_there_before_it_is_disposed()
    {
        await _store.Registry.SetAliasAsync("m", "champion", 1);
        var predictor = await _store.Server.GetAsync<int, int>("m");
        using var inside = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        _format.During = () =>
        {
            _format.During = null;
            inside.Set();
            go.Wait();
        };
        var call = Task.Factory.StartNew(() => predictor.Predict(0), default, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        inside.Wait();
        await _store.Registry.SetAliasAsync("m", "champion", 2);
        await _store.Server.RefreshAsync("m");
        Assert.That(predictor.Predict(0).Value, Is.EqualTo(20));
        Assert.That(_store.Server.Served.Single().Draining, Is.EqualTo(1));
        Assert.That(_format.Loaded.Single(m => m.Value == 10).Disposals, Is.Zero);

        go.Set();
        Assert.That((await call).Value, Is.EqualTo(10));
        await Until(() => _format.Loaded.Single(m => m.Value == 10).Disposals == 1 && _store.Server.Served.Single().Draining == 0);
    }

    [Test]
    public async Task A_model_that_throws_fails_its_own_call_only()
    {
        await _store.Registry.SetAliasAsync("m", "champion", 1);
        var predictor = await _store.Server.GetAsync<int, int>("m");
        Assert.Throws<InvalidOperationException>(() => predictor.Predict(int.MinValue));
        Assert.Throws<InvalidOperationException>(() => predictor.PredictBatch([1, int.MinValue], new Prediction<int>[2]));
        Assert.That(predictor.Predict(1).Value, Is.EqualTo(10));
        await _store.Registry.SetAliasAsync("m", "champion", 2);
        await _store.Server.RefreshAsync("m");
        await Until(() => _format.Loaded.Single(m => m.Value == 10).Disposals == 1);
    }

    [Test]
    public async Task Closing_the_server_disposes_what_is_loaded_and_ends_its_predictors()
    {
        await _store.Registry.SetAliasAsync("m", "champion", 1);
        var predictor = await _store.Server.GetAsync<int, int>("m");
        var server = _store.Server;
        await _store.DisposeAsync();
        Assert.That(_format.Loaded.Single().Disposals, Is.EqualTo(1));
        Assert.Throws<ObjectDisposedException>(() => predictor.Predict(0));
        Assert.ThrowsAsync<ObjectDisposedException>(async () => await server.GetAsync<int, int>("m"));
    }

    [Test]
    public async Task A_host_loads_what_it_can_before_it_takes_requests()
    {
        await using var store = new StoreProcess(
            b => b.AddModelFormat(_ => _format).AddModel<int, int>("m").AddModel<int, int>("absent"), _store);
        await store.Registry.SetAliasAsync("m", "champion", 1);
        foreach (var hosted in store.Services.Provider.GetServices<IHostedService>()) await hosted.StartAsync(default);
        Assert.That(store.Server.Served.Select(s => (s.Model, s.Number)), Is.EqualTo(new[] { ("absent", (int?)null), ("m", 1) }));
        Assert.That(store.Services.Provider.GetServices<IHostedService>().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task Predictors_are_injected_by_name_and_without_one_when_it_is_clear()
    {
        await _store.Registry.SetAliasAsync("m", "champion", 1);
        var provider = _store.Services.Provider;
        Assert.That((await provider.GetRequiredService<IPredictor<int, int>>().PredictAsync(0)).Value, Is.EqualTo(10));
        Assert.That(provider.GetRequiredKeyedService<IPredictor<int, int>>("m"), Is.SameAs(provider.GetRequiredService<IPredictor<int, int>>()));

        await using var two = new StoreProcess(b => b.AddModelFormat(_ => _format).AddModel<int, int>("m").AddModel<int, int>("n"), _store);
        Assert.That(() => two.Services.Provider.GetRequiredService<IPredictor<int, int>>(), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("m, n"));

        await using var keyed = new StoreProcess(b => b.AddModelFormat(_ => _format).AddModel<int, int>("m"), _store, key: "eu");
        Assert.That(keyed.Services.Provider.GetRequiredKeyedService<IPredictor<int, int>>("eu/m").Model, Is.EqualTo("m"));
        Assert.That(keyed.Services.Provider.GetService<IPredictor<int, int>>(), Is.Null);
    }

    [Test]
    public async Task Declaring_a_model_again_replaces_the_declaration()
    {
        await using var store = new StoreProcess(
            b => b.AddModelFormat(_ => _format).AddModel<int, double>("m").AddModel<int, int>("m", o => o.Alias = "old").AddModel<int, int>("m", o => o.Alias = "best"), _store);
        Assert.That(store.Server.Served.Single().Alias, Is.EqualTo("best"));
        Assert.That(store.Services.Provider.GetKeyedService<IPredictor<int, double>>("m"), Is.Null);
        Assert.Throws<MLOpsInvalidException>(() => _ = new StoreProcess(b => b.AddModel<int, int>("../m")));
    }

    [Test]
    public async Task A_model_of_other_types_than_declared_is_not_published()
    {
        await using var store = new StoreProcess(b => b.AddModelFormat(_ => _format).AddModel<string, int>("m"), _store);
        await store.Registry.SetAliasAsync("m", "champion", 1);
        Assert.That(async () => await store.Server.GetAsync<string, int>("m"), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("IModel<String, Int32>"));
        Assert.That(_format.Loaded.Single().Disposals, Is.EqualTo(1));
    }

    private StoreProcess NewStore(StoreProcess? shared = null, Action<ServedModelOptions<int, int>>? configure = null, TimeProvider? time = null) =>
        new(b => b.AddModelFormat(_ => _format).AddModel("m", configure), shared, time);

    /// <summary>Waits for something that another thread does, without a clock of its own: a hang is a failure of the test run.</summary>
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
