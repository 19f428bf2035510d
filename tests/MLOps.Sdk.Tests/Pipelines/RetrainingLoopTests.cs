using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MLOps.Delivery;
using MLOps.Models;
using MLOps.Monitoring;
using MLOps.Pipelines;
using MLOps.Records;
using MLOps.Storage;
using MLOps.Storage.Memory;
using MLOps.Tests.Monitoring;

namespace MLOps.Tests.Pipelines;

internal sealed class RetrainingLoopTests
{
    [Test]
    public async Task Drift_on_the_champion_trains_judges_and_promotes_once()
    {
        var triggers = new List<RetrainingTrigger>();
        await using var world = World((trigger, w) =>
        {
            triggers.Add(trigger);
            return w.RegisterAsync(2);
        });
        var champion = await world.RegisterChampionAsync(1);
        Assert.That(await Process(world), Is.Empty, "nothing was reported");
        await world.ReportAsync(champion, MonitorVerdict.Ok);
        await world.ReportAsync(champion, MonitorVerdict.InsufficientData);
        Assert.That(await Process(world), Is.Empty, "nothing drifted");

        world.Clock.Advance(TimeSpan.FromMinutes(1));
        var report = await world.ReportAsync(champion, MonitorVerdict.Drift);
        var done = (await Process(world)).Single();
        Assert.That((done.Result, done.CandidateNumber, done.ReportId), Is.EqualTo((RetrainingResult.Promoted, (int?)2, report.Id)), done.Reason);
        Assert.That((triggers.Single().Report.Id, triggers[0].Champion.Number, triggers[0].Attempt), Is.EqualTo((report.Id, 1, 1)));
        Assert.That((await world.Registry.ResolveAsync("line@champion")).Number, Is.EqualTo(2));
        Assert.That(await Process(world), Is.Empty, "a report wakes one retraining");
        var why = await world.Get<Lineage>().WhyAsync(EntityRef.Model("line", 2));
        Assert.That(why.Next.Select(n => n.Entity), Does.Contain(new EntityRef(EntityRef.ReportKind, report.Id)));
        Assert.That((await world.Get<RetrainingLoop>().HistoryAsync("line")).Single().Id, Is.EqualTo(done.Id));
    }

    [Test]
    public async Task Reports_on_other_versions_and_models_without_champion_wake_nothing()
    {
        await using var world = World((_, w) => w.RegisterAsync(2));
        var old = await world.RegisterAsync(1);
        await world.ReportAsync(old, MonitorVerdict.QualityDrop);
        Assert.That(await Process(world), Is.Empty, "there is no champion");
        await world.RegisterChampionAsync(1.5);
        Assert.That(await Process(world), Is.Empty, "the report is on another version");
    }

    [Test]
    public async Task A_candidate_that_is_no_better_is_rejected_and_the_pause_doubles()
    {
        await using var world = World((_, w) => w.RegisterAsync(1), o => o.MaximumPerWeek = 100);
        var champion = await world.RegisterChampionAsync(2);
        foreach (var days in new[] { 0, 2, 4, 8, 16 })
        {
            await world.ReportAsync(champion, MonitorVerdict.Drift);
            if (days > 0)
            {
                world.Clock.Advance(TimeSpan.FromDays(days) - TimeSpan.FromSeconds(1));
                Assert.That(await Process(world), Is.Empty, $"within {days} days");
                world.Clock.Advance(TimeSpan.FromSeconds(1));
            }

            var done = (await Process(world)).Single();
            Assert.That(done.Result, Is.EqualTo(RetrainingResult.Rejected));
            Assert.That(done.Reason, Does.StartWith("rmse: Failed."));
            Assert.That(await Process(world), Is.Empty);
        }

        Assert.That((await world.Registry.ResolveAsync("line@champion")).Number, Is.EqualTo(1));
    }

    [Test]
    public async Task A_failing_trainer_is_tried_a_few_times_ever_more_slowly_and_then_left_until_something_new_is_reported()
    {
        var attempts = new List<int>();
        await using var world = World((trigger, _) =>
        {
            attempts.Add(trigger.Attempt);
            throw new InvalidOperationException("The disk is full.\0");
        }, o => o.Cooldown = TimeSpan.FromMinutes(1));
        var champion = await world.RegisterChampionAsync(1);
        await world.ReportAsync(champion, MonitorVerdict.Drift);
        var minutes = new List<int>();
        for (var minute = 0; minute < 60; minute++)
        {
            foreach (var failed in await Process(world))
            {
                minutes.Add(minute);
                Assert.That((failed.Result, failed.Reason), Is.EqualTo((RetrainingResult.Failed, "InvalidOperationException: The disk is full.\uFFFD")));
            }

            world.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.That(attempts, Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(minutes, Is.EqualTo(new[] { 0, 2, 6 }));
        await world.ReportAsync(champion, MonitorVerdict.Drift);
        await Process(world);
        Assert.That(attempts, Is.EqualTo(new[] { 1, 2, 3, 1 }));
    }

    [Test]
    public async Task The_weekly_budget_holds()
    {
        await using var world = World((_, w) => w.RegisterAsync(2), o => (o.MaximumPerWeek, o.Cooldown, o.Gates) = (2, TimeSpan.Zero, null));
        await world.RegisterChampionAsync(1);
        var done = 0;
        for (var day = 0; day < 14; day++)
        {
            await world.ReportAsync(await world.Registry.ResolveAsync("line@champion"), MonitorVerdict.Drift);
            done += (await Process(world)).Count;
            world.Clock.Advance(TimeSpan.FromDays(1));
        }

        Assert.That(done, Is.EqualTo(4));
    }

    [Test]
    public async Task Two_loops_on_one_store_retrain_once()
    {
        var trainings = 0;
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        async Task<ModelVersion> Train(RetrainingTrigger trigger, LiveWorld world)
        {
            Interlocked.Increment(ref trainings);
            entered.TrySetResult();
            await release.Task;
            return await world.RegisterAsync(2);
        }

        await using var one = World(Train);
        await using var two = World(Train, sharing: one);
        var champion = await one.RegisterChampionAsync(1);
        await one.ReportAsync(champion, MonitorVerdict.QualityDrop);
        var first = Process(one);
        await entered.Task;
        Assert.That(await Process(two), Is.Empty, "the other is at it");
        release.SetResult();
        Assert.That((await first).Single().Result, Is.EqualTo(RetrainingResult.Promoted));
        Assert.That(await Process(two), Is.Empty);
        Assert.That(trainings, Is.EqualTo(1));
    }

    [Test]
    public async Task Racing_loops_train_once_in_all()
    {
        var trainings = 0;
        async Task<ModelVersion> Train(RetrainingTrigger trigger, LiveWorld world)
        {
            Interlocked.Increment(ref trainings);
            await Task.Yield();
            return await world.RegisterAsync(2);
        }

        await using var one = World(Train);
        var champion = await one.RegisterChampionAsync(1);
        await one.ReportAsync(champion, MonitorVerdict.Drift);
        var others = Enumerable.Range(0, 7).Select(_ => World(Train, sharing: one)).ToArray();
        var done = await Task.WhenAll(others.Append(one).Select(w => Task.Run(() => Process(w))));
        Assert.That((trainings, done.Sum(d => d.Count)), Is.EqualTo((1, 1)));
        foreach (var other in others) await other.DisposeAsync();
    }

    [Test]
    public async Task A_retraining_left_by_a_process_that_died_is_taken_over_after_its_time_limit()
    {
        var never = new TaskCompletionSource<ModelVersion>();
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var dead = World((_, _) =>
        {
            entered.SetResult();
            return never.Task;
        });
        await using var alive = World((_, w) => w.RegisterAsync(2), sharing: dead);
        var champion = await dead.RegisterChampionAsync(1);
        await dead.ReportAsync(champion, MonitorVerdict.Drift);
        var hanging = Process(dead);
        await entered.Task;
        alive.Clock.Advance(TimeSpan.FromHours(6) - TimeSpan.FromSeconds(1));
        Assert.That(await Process(alive), Is.Empty);
        alive.Clock.Advance(TimeSpan.FromSeconds(1));
        var done = (await Process(alive)).Single();
        Assert.That(done.Result, Is.EqualTo(RetrainingResult.Promoted), done.Reason);
        var history = await alive.Get<RetrainingLoop>().HistoryAsync("line");
        Assert.That(history.Select(h => h.Result), Is.EqualTo(new[] { RetrainingResult.Promoted, RetrainingResult.Failed }));

        // The dead one wakes up with a version of its own: it finds that the retraining is no longer its own.
        never.SetResult(await dead.RegisterAsync(3));
        Assert.That(await hanging, Is.Empty);
        Assert.That((await dead.Registry.ResolveAsync("line@champion")).Number, Is.EqualTo(2));
    }

    [Test]
    public async Task A_promotion_that_could_not_be_recorded_is_found_by_whoever_takes_over()
    {
        var records = new UnrecordingStore();
        await using var world = World((_, w) => w.RegisterAsync(2), also: b => b.Use<IRecordStore>(_ => records));
        var champion = await world.RegisterChampionAsync(1);
        await world.ReportAsync(champion, MonitorVerdict.Drift);
        records.Fails = commit => commit.Reason is nameof(RetrainingResult.Promoted);
        Assert.That(async () => await Process(world), Throws.TypeOf<IOException>());
        Assert.That((await world.Registry.ResolveAsync("line@champion")).Number, Is.EqualTo(2));
        Assert.That(await world.Get<RetrainingLoop>().HistoryAsync("line"), Is.Empty, "nothing wrong is recorded");

        records.Fails = _ => false;
        world.Clock.Advance(TimeSpan.FromHours(6));
        Assert.That(await Process(world), Is.Empty, "it is closed, not done again");
        var recorded = (await world.Get<RetrainingLoop>().HistoryAsync("line")).Single();
        Assert.That((recorded.Result, recorded.CandidateNumber), Is.EqualTo((RetrainingResult.Promoted, (int?)2)));
    }

    [Test]
    public async Task A_cancelled_retraining_is_given_back_and_its_report_wakes_it_again()
    {
        using var stop = new CancellationTokenSource();
        var attempts = new List<int>();
        await using var world = World(async (trigger, w) =>
        {
            attempts.Add(trigger.Attempt);
            if (attempts.Count > 1) return await w.RegisterAsync(2);
            await stop.CancelAsync();
            stop.Token.ThrowIfCancellationRequested();
            return null!;
        });
        var champion = await world.RegisterChampionAsync(1);
        await world.ReportAsync(champion, MonitorVerdict.Drift);
        Assert.That(async () => await world.Get<RetrainingLoop>().ProcessAsync(stop.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That((await Process(world)).Single().Result, Is.EqualTo(RetrainingResult.Promoted));
        Assert.That(attempts, Is.EqualTo(new[] { 1, 1 }));
    }

    [Test]
    public async Task A_host_retrains_by_itself_when_a_report_arrives()
    {
        await using var world = World((_, w) => w.RegisterAsync(2));
        var host = world.Get<IEnumerable<IHostedService>>().OfType<RetrainingHost>().Single();
        var champion = await world.RegisterChampionAsync(1);
        await host.StartAsync(default);
        await world.ReportAsync(champion, MonitorVerdict.Drift);
        await foreach (var alias in world.Registry.WatchAliasesAsync("line"))
            if (alias.Number == 2) break;
        await host.StopAsync(default);
        await world.ReportAsync(champion, MonitorVerdict.Drift);
        Assert.That((await world.Registry.ResolveAsync("line@champion")).Number, Is.EqualTo(2));
    }

    [Test]
    public void A_declaration_without_a_trainer_is_refused()
    {
        var world = new LiveWorld(b => b.AddRetraining("line", _ => { }));
        Assert.That(() => world.Get<RetrainingLoop>(), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("Train"));
    }

    private static async Task<IReadOnlyList<Retraining>> Process(LiveWorld world) => await world.Get<RetrainingLoop>().ProcessAsync();

    private static LiveWorld World(Func<RetrainingTrigger, LiveWorld, Task<ModelVersion>> train, Action<RetrainingOptions>? configure = null, LiveWorld? sharing = null,
        Action<MLOpsBuilder>? also = null)
    {
        LiveWorld? world = null;
        return world = new(builder =>
        {
            builder.AddRetraining("line", options =>
            {
                options.Train = async (trigger, _) => await train(trigger, world!);
                options.Gates = (_, _, _) => new([Gate.Metric(LiveWorld.Rows(41, 300), r => r, r => r.Truth, (double answer) => answer)]);
                configure?.Invoke(options);
            });
            also?.Invoke(builder);
        }, sharing);
    }

    /// <summary>Keeps everything but the commits it is told to refuse.</summary>
    private sealed class UnrecordingStore : IRecordStore
    {
        private readonly MemoryRecordStore _inner = new();

        public Predicate<RecordCommit> Fails { get; set; } = _ => false;

        public ValueTask<CommitResult> CommitAsync(RecordCommit commit, CancellationToken cancellationToken = default) =>
            Fails(commit) ? throw new IOException("The disk is away.") : _inner.CommitAsync(commit, cancellationToken);

        public ValueTask<Record?> GetAsync(RecordKey key, CancellationToken cancellationToken = default) => _inner.GetAsync(key, cancellationToken);

        public ValueTask<RecordPage> QueryAsync(RecordQuery query, CancellationToken cancellationToken = default) => _inner.QueryAsync(query, cancellationToken);

        public IAsyncEnumerable<RecordChange> WatchAsync(long after, IReadOnlyCollection<string> collections, CancellationToken cancellationToken = default) =>
            _inner.WatchAsync(after, collections, cancellationToken);
    }
}
