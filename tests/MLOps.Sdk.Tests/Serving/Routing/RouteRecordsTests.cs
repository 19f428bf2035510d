using MLOps.Predictions;
using MLOps.Records;
using MLOps.Testing;

namespace MLOps.Serving;

public sealed class RouteRecordsTests
{
    private readonly ManualTimeProvider _time = new();
    private StoreProcess _store = null!;

    private RouteRecords Records => _store.Services.Get<RouteRecords>();

    [SetUp]
    public void Open() => _store = new StoreProcess(time: _time);

    [TearDown]
    public async Task Close() => await _store.DisposeAsync();

    internal static Route Canary(int share, string salt = "d1") => new()
    {
        Model = "m",
        Alias = "champion",
        DeploymentId = "d1",
        Salt = salt,
        Arms = [new("champion", null, Route.Whole - share), new("canary", 2, share)],
    };

    [Test]
    public async Task A_route_gets_rising_revisions_and_a_lost_race_is_reported()
    {
        var (first, put) = Records.Put(null, Canary(100));
        await CommitAsync(put);
        var read = (await Records.GetAsync("m", "champion", default))!;
        var (second, next) = Records.Put(read, Canary(500) with { Shadow = new("shadow", 3, 1000), Rules = [new(RouteRuleKind.Header, "yes", "canary", "X-Try")] });
        await CommitAsync(next);
        var (_, late) = Records.Put(read, Canary(900));

        Assert.That((first.Revision, second.Revision), Is.EqualTo((1, 2)));
        Assert.ThrowsAsync<MLOpsConflictException>(async () => await CommitAsync(late));
        var now = (await Records.GetAsync("m", "champion", default))!.Value;
        Assert.That(now.Arms, Is.EqualTo(second.Arms));
        Assert.That(now.Rules, Is.EqualTo(second.Rules));
        Assert.That((now.Shadow, now.Limits, now.DeploymentId), Is.EqualTo((second.Shadow, second.Limits, "d1")));
        Assert.That(await Records.GetAsync("m", "other", default), Is.Null);
    }

    [Test]
    public void A_route_that_breaks_a_rule_is_refused_with_what_is_wrong()
    {
        var good = Canary(100);
        (Route Route, string Says)[] bad =
        [
            (good with { Arms = [] }, "1 to 100 arms"),
            (good with { Salt = "" }, "no salt"),
            (good with { Arms = [new("champion", null, 1)] }, "sum up to 1"),
            (good with { Arms = [new("champion", null, 10_000), new("canary", null, 0)] }, "names no version"),
            (good with { Arms = [new("a", null, 10_000), new("a", 2, 0)] }, "one name"),
            (good with { Arms = [new("champion", null, 10_001), new("canary", 2, -1)] }, "10001"),
            (good with { Arms = [new("../x", null, 10_000)] }, "arm name"),
            (good with { Shadow = new("canary", 3, 1) }, "one name"),
            (good with { Shadow = new("shadow", 3, 1, double.NaN) }, "tolerance"),
            (good with { Rules = [new(RouteRuleKind.Pin, "u", "nobody")] }, "nobody"),
            (good with { Rules = [new(RouteRuleKind.Header, "u", "canary")] }, "names a header"),
            (good with { Limits = new() { CallsInside = 0 } }, "above zero"),
        ];
        Assert.Multiple(() =>
        {
            foreach (var (route, says) in bad) Assert.That(() => Records.Put(null, route), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains(says), says);
        });
    }

    [Test]
    public async Task Servers_count_as_live_while_their_leases_stand()
    {
        var leases = new ProcessLeases(_store.Services.Get<RecordWriter>(), new LeaseOptions { TimeToLive = TimeSpan.FromSeconds(10) });
        // Of another machine: whether its process lives cannot be known from here.
        var mark = new ProcessMark("elsewhere", 1, "1");
        foreach (var server in new[] { "a", "b" })
        {
            await CommitAsync(leases.Records.Put(new ProcessLease(RouteRecords.Servers + server, mark, "x", 1, _time.GetUtcNow(), 10_000), 0), Records.Observed.Put(Observed(server, 1), null));
        }

        await CommitAsync(Records.Observed.Put(Observed("never-leased", 9), null));
        Assert.That((await Records.LiveAsync("m", "champion", default)).Select(o => o.Instance), Is.EqualTo(new[] { "a", "b" }));

        _time.Advance(TimeSpan.FromSeconds(6));
        var b = (await leases.Records.GetAsync(RouteRecords.Servers + "b", default))!;
        await CommitAsync(leases.Records.Put(b, b.Value with { RenewedAt = _time.GetUtcNow() }));
        Assert.That(await Records.LiveAsync("m", "champion", default), Has.Count.EqualTo(2));
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.That((await Records.LiveAsync("m", "champion", default)).Select(o => o.Instance), Is.EqualTo(new[] { "b" }));
    }

    [Test]
    public async Task Counts_of_all_servers_are_summed_by_revision_arm_and_version()
    {
        foreach (var (instance, revision, errors) in new[] { ("a", 1, 1), ("a", 2, 10), ("b", 2, 100) })
        {
            await CommitAsync(Records.Counts.Put(
                new ArmCounts
                {
                    Model = "m", Alias = "champion", Instance = instance, Revision = revision, DeploymentId = "d1", UpdatedAt = _time.GetUtcNow(),
                    Arms = [new() { Arm = "canary", Number = 2, Requests = 1000, Errors = errors, ErrorsInARow = errors, Sum = double.NaN, Latency = [.. Enumerable.Repeat(1L, errors)] }],
                }, null));
        }

        var counts = await Records.CountsAsync("m", "champion", 2, default);
        var sum = counts.Single();
        Assert.That((sum.Revision, sum.DeploymentId, sum.Count.Requests, sum.Count.Errors, sum.Count.ErrorsInARow), Is.EqualTo((2, "d1", 2000, 110, 100)));
        Assert.That((sum.Count.Latency.Count, sum.Count.Latency[0], sum.Count.Latency[99]), Is.EqualTo((100, 2, 1)));
        Assert.That(await Records.CountsAsync("m", "champion", 1, default), Has.Count.EqualTo(2));
    }

    [Test]
    public void A_quantile_is_known_from_the_buckets_to_a_fifth()
    {
        var counts = new long[LatencyBuckets.Count];
        var random = new Random(3);
        var took = Enumerable.Range(0, 10_000).Select(_ => TimeSpan.FromMicroseconds(Math.Exp(random.NextDouble() * 12))).Order().ToList();
        foreach (var one in took) counts[LatencyBuckets.Of(one)]++;
        foreach (var quantile in new[] { 0.01, 0.5, 0.99, 1 })
        {
            var exact = took[(int)Math.Ceiling(quantile * took.Count) - 1];
            Assert.That(LatencyBuckets.Quantile(counts, quantile)!.Value / exact, Is.InRange(1, 1.2));
        }

        Assert.That(LatencyBuckets.Quantile([], 0.5), Is.Null);
        Assert.That((LatencyBuckets.Of(TimeSpan.Zero), LatencyBuckets.Of(TimeSpan.MaxValue)), Is.EqualTo((0, LatencyBuckets.Count - 1)));
    }

    [Test]
    public void Why_a_version_answered_is_kept_with_each_logged_row()
    {
        var canary = new PredictionRoute(7, "canary", 500, "hash");
        var rows = new PredictionRows("m", 5, [], 100);
        rows.Add(1, 10, 0.5, [], [], canary);
        rows.Add(2, 11, 0.25, [], []);
        rows.Add(3, 12, 0.125, [], [], new PredictionRoute(7, "champion", 9500, "hash"));
        rows.Add(4, 13, 0.0625, [], [], canary with { });

        var generation = new ServedGeneration { Id = ServedGeneration.ToId(5), Model = "m", Number = 2, Digest = Digest.Of([]), Alias = "champion", Actor = "a", Host = "h", LoadedAt = default };
        var batch = PredictionBlock.Read(PredictionBlock.Pack(rows), generation, "here");
        Assert.That(batch.Routes, Is.EqualTo(new[] { canary, null, new PredictionRoute(7, "champion", 9500, "hash"), canary }));
        Assert.That(batch.Within(12, 14).Routes, Has.Length.EqualTo(2));

        rows.Clear();
        rows.Add(1, 10, 0.5, [], []);
        Assert.That(PredictionBlock.Pack(rows)[1], Is.EqualTo(1), "what has no route is readable by older releases");
        Assert.That(PredictionBlock.Read(PredictionBlock.Pack(rows), generation, "here").Routes, Is.Null);
    }

    private static ObservedRoute Observed(string instance, long revision) => new() { Model = "m", Alias = "champion", Instance = instance, Host = "h", Revision = revision, SeenAt = default };

    private async Task CommitAsync(params Storage.RecordOperation[] operations) => await _store.Services.Get<RecordWriter>().CommitAsync(operations, null, default);
}
