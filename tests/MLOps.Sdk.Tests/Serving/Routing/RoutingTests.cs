using Microsoft.Extensions.DependencyInjection;
using MLOps.Records;
using MLOps.Testing;

namespace MLOps.Serving;

public sealed class RoutingTests
{
    private readonly ManualTimeProvider _time = new();
    private TrackedFormat _format = null!;
    private StoreProcess _store = null!;

    private RouteRecords Routes => _store.Services.Get<RouteRecords>();

    [SetUp]
    public async Task Open()
    {
        _format = new TrackedFormat();
        _store = NewStore();
        for (var i = 1; i <= 4; i++) await _store.Registry.RegisterAsync("m", i);
        await _store.Registry.SetAliasAsync("m", "champion", 1);
    }

    [TearDown]
    public async Task Close() => await _store.DisposeAsync();

    [Test]
    public async Task A_route_shares_the_traffic_and_the_same_key_gets_the_same_version()
    {
        var predictor = await _store.Server.GetAsync<int, int>("m");
        await WriteAsync(RouteRecordsTests.Canary(2500));
        var first = Enumerable.Range(0, 4000).Select(i => predictor.Predict(i, new() { Key = $"u{i}" })).ToList();
        var again = Enumerable.Range(0, 4000).Select(i => predictor.Predict(i, new() { Key = $"u{i}" })).ToList();
        var unkeyed = Enumerable.Range(0, 4000).Select(i => predictor.Predict(i)).ToList();

        Assert.That(first.Select(p => p.Value), Is.EqualTo(first.Select(p => p.Version)));
        Assert.That(again.Select(p => p.Version), Is.EqualTo(first.Select(p => p.Version)));
        Assert.That(first.Count(p => p.Version == 2), Is.InRange(850, 1150));
        Assert.That(unkeyed.Count(p => p.Version == 2), Is.InRange(850, 1150));
        Assert.That(first.Select(p => p.Route).Distinct(), Is.EquivalentTo(["champion", "canary"]));
        Assert.That(_store.Server.Served.Single().Arms, Is.EqualTo(new[] { new ServedArm("champion", 1, 0.75, null), new ServedArm("canary", 2, 0.25, null) }));

        await WriteAsync(RouteRecordsTests.Canary(5000));
        var raised = Enumerable.Range(0, 4000).Select(i => predictor.Predict(i, new() { Key = $"u{i}" })).ToList();
        Assert.That(first.Zip(raised).Count(p => p.First.Version == 2 && p.Second.Version != 2), Is.Zero);
    }

    [Test]
    public async Task A_pin_goes_before_a_header_and_a_header_before_a_tenant()
    {
        var predictor = await _store.Server.GetAsync<int, int>("m");
        await WriteAsync(RouteRecordsTests.Canary(0) with
        {
            Arms = [new("champion", null, 10_000), new("canary", 2, 0), new("other", 3, 0)],
            Rules = [new(RouteRuleKind.Tenant, "acme", "other"), new(RouteRuleKind.Header, "yes", "canary", "X-Try"), new(RouteRuleKind.Pin, "ann", "champion")],
        });
        Func<string, string?> header = name => name.Equals("x-try", StringComparison.OrdinalIgnoreCase) ? "yes" : null;
        Assert.Multiple(() =>
        {
            Assert.That(predictor.Predict(0).Version, Is.EqualTo(1));
            Assert.That(predictor.Predict(0, new() { Tenant = "acme" }).Version, Is.EqualTo(3));
            Assert.That(predictor.Predict(0, new() { Tenant = "acme", Header = header }).Version, Is.EqualTo(2));
            Assert.That(predictor.Predict(0, new() { Tenant = "acme", Header = header, Key = "ann" }).Version, Is.EqualTo(1));
            Assert.That(predictor.Predict(0, new() { Key = "ann", Arm = "other" }).Version, Is.EqualTo(3), "what the application asks for goes before all");
            Assert.That(predictor.Predict(0, new() { Arm = "nobody" }).Version, Is.EqualTo(1));
        });
    }

    [Test]
    public async Task Arm_propensity_and_reason_stand_in_the_log_with_every_answer()
    {
        var predictor = await _store.Server.GetAsync<int, int>("m");
        await WriteAsync(RouteRecordsTests.Canary(2500) with { Rules = [new(RouteRuleKind.Pin, "ann", "canary")] });
        var pinned = await _store.Log.FindAsync(predictor.Predict(0, new() { Key = "ann" }).Id);
        var hashed = await _store.Log.FindAsync(Enumerable.Range(0, 100).Select(i => predictor.Predict(0, new() { Key = $"u{i}" })).First(p => p.Version == 1).Id);
        var random = await _store.Log.FindAsync(Enumerable.Range(0, 100).Select(_ => predictor.Predict(0)).First(p => p.Version == 2).Id);
        Assert.That((pinned.Arm, pinned.Number, pinned.Propensity, pinned.Reason), Is.EqualTo(("canary", 2, 1.0, "pin")));
        Assert.That((hashed.Arm, hashed.Number, hashed.Propensity, hashed.Reason), Is.EqualTo(("champion", 1, 0.75, "hash")));
        Assert.That((random.Arm, random.Number, random.Propensity, random.Reason), Is.EqualTo(("canary", 2, 0.25, "random")));
    }

    [Test]
    public async Task The_alias_goes_on_moving_the_champion_while_a_route_stands()
    {
        var predictor = await _store.Server.GetAsync<int, int>("m");
        await WriteAsync(RouteRecordsTests.Canary(5000));
        await _store.Registry.SetAliasAsync("m", "champion", 3);
        await _store.Server.RefreshAsync("m");
        Assert.That(Enumerable.Range(0, 200).Select(i => predictor.Predict(0, new() { Key = $"u{i}" }).Version).Distinct(), Is.EquivalentTo([2, 3]));
        await Until(() => _format.Loaded.Single(m => m.Value == 1).Disposals == 1);
        Assert.That(_format.Loaded.Single(m => m.Value == 2).Disposals, Is.Zero);
    }

    [Test]
    public async Task A_route_whose_version_does_not_load_leaves_the_one_before_and_says_why()
    {
        var predictor = await _store.Server.GetAsync<int, int>("m");
        await WriteAsync(RouteRecordsTests.Canary(5000));
        _format.Loading = number =>
        {
            if (number == 3) throw new InvalidOperationException("no memory");
        };
        var (_, put) = Routes.Put(await Routes.GetAsync("m", "champion", default), RouteRecordsTests.Canary(0) with { Arms = [new("champion", null, 0), new("canary", 3, 10_000)] });
        await CommitAsync(put);
        Assert.That(async () => await _store.Server.RefreshAsync("m"), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("no memory"));
        Assert.That(Enumerable.Range(0, 200).Select(i => predictor.Predict(0, new() { Key = $"u{i}" }).Version).Distinct(), Is.EquivalentTo([1, 2]));
        await UntilAsync(async () => (await Routes.LiveAsync("m", "champion", default)) is [{ Revision: 1, Problem: not null }]);

        // Moving the alias still works.
        await _store.Registry.SetAliasAsync("m", "champion", 4);
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await _store.Server.RefreshAsync("m"));
        Assert.That(Enumerable.Range(0, 200).Select(i => predictor.Predict(0, new() { Key = $"u{i}" }).Version).Distinct(), Is.EquivalentTo([2, 4]));
    }

    [Test]
    public async Task A_server_that_starts_while_a_candidate_does_not_load_answers_with_the_champion()
    {
        _format.Loading = number =>
        {
            if (number == 2) throw new InvalidOperationException("no memory");
        };
        var (_, put) = Routes.Put(null, RouteRecordsTests.Canary(5000));
        await CommitAsync(put);
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await _store.Server.GetAsync<int, int>("m"));
        var predictor = await _store.Server.GetAsync<int, int>("m");
        Assert.That(Enumerable.Range(0, 50).Select(_ => predictor.Predict(0).Version), Has.All.EqualTo(1));
    }

    [Test]
    public async Task Every_server_reports_the_revision_it_obeys_and_a_closed_one_counts_no_more()
    {
        await _store.Server.GetAsync<int, int>("m");
        await UntilAsync(async () => await Routes.LiveAsync("m", "champion", default) is [{ Revision: 0, Number: 1 }]);
        await using (var other = NewStore(_store))
        {
            var theirs = await other.Server.GetAsync<int, int>("m");
            var (_, put) = Routes.Put(null, RouteRecordsTests.Canary(10_000));
            await CommitAsync(put);
            await UntilAsync(async () => await Routes.LiveAsync("m", "champion", default) is [{ Revision: 1 }, { Revision: 1 }]);
            Assert.That(theirs.Predict(0).Version, Is.EqualTo(2));
        }

        await UntilAsync(async () => await Routes.LiveAsync("m", "champion", default) is [{ Revision: 1 }]);
        Assert.That((await _store.Records.QueryAsync(new("observed-routes"))).Records, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task What_arms_did_is_counted_and_summed_over_servers()
    {
        await using var other = NewStore(_store);
        var predictors = new[] { await _store.Server.GetAsync<int, int>("m"), await other.Server.GetAsync<int, int>("m") };
        await WriteAsync(RouteRecordsTests.Canary(5000) with { Limits = new() { ErrorsInARow = null } });
        await other.Server.RefreshAsync("m");
        foreach (var predictor in predictors)
        {
            for (var i = 0; i < 300; i++)
            {
                try
                {
                    predictor.Predict(i % 10 == 0 ? int.MinValue : i, new() { Arm = i % 3 == 0 ? "canary" : "champion" });
                }
                catch (InvalidOperationException)
                {
                    // The model's own.
                }
            }
        }

        var batch = new Prediction<int>[7];
        predictors[0].PredictBatch(new int[7], batch, new() { Arm = "canary" });
        await UntilAsync(async () =>
        {
            _time.Advance(TimeSpan.FromSeconds(2));
            return (await Routes.CountsAsync("m", "champion", 1, default)).Sum(c => c.Count.Requests) == 607;
        });
        var counts = await Routes.CountsAsync("m", "champion", 1, default);
        Assert.That(counts.Select(c => (c.Count.Arm, c.Count.Number, c.Count.Requests, c.Count.Errors, c.Count.Scored, c.Count.Sum, c.Count.SumOfSquares, c.DeploymentId)), Is.EqualTo(new[]
        {
            ("canary", 2, 207L, 20L, 187L, 374.0, 748.0, "d1"),
            ("champion", 1, 400L, 40L, 360L, 360.0, 360.0, "d1"),
        }));
        Assert.That(counts.Select(c => c.Count.Latency.Sum()), Is.EqualTo(new[] { 207L, 400L }));
    }

    [Test]
    public async Task An_arm_that_only_fails_is_taken_out_here_and_told()
    {
        var predictor = await _store.Server.GetAsync<int, int>("m");
        await WriteAsync(RouteRecordsTests.Canary(5000) with { Limits = new() { ErrorsInARow = 3 } });
        for (var i = 0; i < 3; i++) Assert.Throws<InvalidOperationException>(() => predictor.Predict(int.MinValue, new() { Arm = "canary" }));
        var after = predictor.Predict(0, new() { Arm = "canary" });
        Assert.That((after.Version, after.Route), Is.EqualTo((1, "champion")));
        Assert.That((await _store.Log.FindAsync(after.Id)).Reason, Is.EqualTo("diverted"));
        Assert.That(_store.Server.Served.Single().Arms[1].Problem, Does.Contain("3 calls in a row failed"));
        await UntilAsync(async () =>
        {
            _time.Advance(TimeSpan.FromSeconds(2));
            return await Routes.LiveAsync("m", "champion", default) is [{ Tripped: [{ Arm: "canary" }] }];
        });

        await WriteAsync(RouteRecordsTests.Canary(5000));
        Assert.That(predictor.Predict(0, new() { Arm = "canary" }).Version, Is.EqualTo(2), "the next revision begins anew");
    }

    [Test]
    public async Task A_shadow_is_asked_after_the_answer_compared_and_never_heard()
    {
        var predictor = await _store.Server.GetAsync<int, int>("m");
        await WriteAsync(RouteRecordsTests.Canary(0) with { Shadow = new("shadow", 4, 10_000, 2.5) });
        var answers = Enumerable.Range(0, 100).Select(i => predictor.Predict(i)).ToList();
        Assert.That(answers.Select(p => p.Version), Has.All.EqualTo(1));
        await UntilAsync(async () =>
        {
            _time.Advance(TimeSpan.FromSeconds(2));
            return (await Routes.CountsAsync("m", "champion", 1, default)).SingleOrDefault(c => c.Count.IsShadow) is { Count: var count } && count.Compared + count.Dropped == 100;
        });
        var shadow = (await Routes.CountsAsync("m", "champion", 1, default)).Single(c => c.Count.IsShadow).Count;
        Assert.That((shadow.Arm, shadow.Number, shadow.Disagreed, shadow.DifferenceSum), Is.EqualTo(("shadow", 4, shadow.Compared, 3.0 * shadow.Compared)));
    }

    [Test]
    public async Task A_shadow_that_hangs_drops_its_own_rows_only()
    {
        using var go = new ManualResetEventSlim();
        var predictor = await _store.Server.GetAsync<int, int>("m");
        await WriteAsync(RouteRecordsTests.Canary(0) with { Shadow = new("shadow", 4, 10_000) });
        _format.During = () =>
        {
            if (Thread.CurrentThread.Name == "mlops shadow") go.Wait();
        };
        for (var i = 0; i < 2000; i++) Assert.That(predictor.Predict(i).Value, Is.EqualTo(1));
        await UntilAsync(async () =>
        {
            _time.Advance(TimeSpan.FromSeconds(2));
            return (await Routes.CountsAsync("m", "champion", 1, default)).SingleOrDefault(c => c.Count.IsShadow)?.Count.Dropped >= 1700;
        });
        go.Set();
    }

    [Test]
    public async Task A_route_that_vanishes_or_a_store_that_is_away_changes_nothing()
    {
        var away = false;
        await using var store = NewStore(_store, new DyingRecordStore(_store.Records, call => away, _ => false));
        var predictor = await store.Server.GetAsync<int, int>("m");
        await WriteAsync(RouteRecordsTests.Canary(10_000));
        await store.Server.RefreshAsync("m");
        Assert.That(predictor.Predict(0).Version, Is.EqualTo(2));

        away = true;
        Assert.ThrowsAsync<MLOpsUnavailableException>(async () => await store.Server.RefreshAsync("m"));
        Assert.That(predictor.Predict(0).Version, Is.EqualTo(2));
        away = false;
        await _store.Services.Get<RecordWriter>().CommitAsync([new Storage.RecordDelete(Routes.Routes.Key("m@champion"))], null, default);
        await store.Server.RefreshAsync("m");
        Assert.That(predictor.Predict(0).Version, Is.EqualTo(2));
    }

    [Test]
    public async Task Batched_calls_go_each_to_their_own_arm()
    {
        await using var store = NewStore(_store, configure: o => o.Batching = new());
        var predictor = await store.Server.GetAsync<int, int>("m");
        await WriteAsync(RouteRecordsTests.Canary(5000));
        await store.Server.RefreshAsync("m");
        var calls = await Task.WhenAll(Enumerable.Range(0, 500).Select(i => Task.Run(async () => await predictor.PredictAsync(i, new() { Arm = i % 2 == 0 ? "canary" : "champion" }))));
        Assert.That(calls.Select(p => p.Version), Is.EqualTo(Enumerable.Range(0, 500).Select(i => i % 2 == 0 ? 2 : 1)));
        Assert.That(calls.Select(p => p.Value), Is.EqualTo(calls.Select(p => p.Version)));
    }

    /// <summary>Writes a route and waits until this process obeys it.</summary>
    private async Task WriteAsync(Route route)
    {
        var (_, put) = Routes.Put(await Routes.GetAsync("m", "champion", default), route);
        await CommitAsync(put);
        await _store.Server.RefreshAsync("m");
    }

    private async Task CommitAsync(Storage.RecordOperation operation) => await _store.Services.Get<RecordWriter>().CommitAsync([operation], null, default);

    private StoreProcess NewStore(StoreProcess? shared = null, Storage.IRecordStore? records = null, Action<ServedModelOptions<int, int>>? configure = null) =>
        new(b => b.AddModelFormat(_ => _format).AddModel("m", configure), shared, _time, records: records);

    private static Task Until(Func<bool> holds) => UntilAsync(() => Task.FromResult(holds()));

    /// <summary>Waits for something that another thread does, without a clock of its own: a hang is a failure of the test run.</summary>
    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var hang = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!await holds())
        {
            hang.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
