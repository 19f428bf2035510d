using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Experiments;

[TestFixture(Backend.Memory)]
[TestFixture(Backend.Embedded)]
public sealed class RunLeaseTests(Backend backend)
{
    private static readonly TimeSpan s_life = new LeaseOptions().TimeToLive;
    private TestStore _store = null!;

    [SetUp]
    public void Open() => _store = new TestStore(backend);

    [TearDown]
    public async Task Close() => await _store.DisposeAsync();

    [Test]
    public async Task A_run_whose_process_is_silent_is_killed_after_its_lease_and_its_summary_is_whole()
    {
        var silent = _store.NewTracker();
        var run = await silent.StartRunAsync("demand");
        run.Log(run.Metric("m"), 7, 3);
        await run.FlushAsync();
        await Silence(silent);

        Assert.That((await _store.Tracker.GetRunAsync(run.Id)).Status, Is.EqualTo(RunStatus.Running), "seen for the first time now");
        _store.Time.Advance(s_life - TimeSpan.FromMilliseconds(1));
        Assert.That((await _store.Tracker.GetRunAsync(run.Id)).Status, Is.EqualTo(RunStatus.Running));
        _store.Time.Advance(TimeSpan.FromSeconds(1));
        var killed = await _store.Tracker.GetRunAsync(run.Id);
        Assert.That((killed.Status, killed.Metrics["m"].Last, killed.EndedAt is not null), Is.EqualTo((RunStatus.Killed, 7.0, true)));
        Assert.That(killed.StatusReason, Does.Contain("did not renew its lease"));
        Assert.That(await _store.AllAsync("process-leases"), Is.Empty);
    }

    [Test]
    public async Task A_query_for_running_runs_gives_none_that_is_dead_and_one_for_killed_runs_gives_it()
    {
        var silent = _store.NewTracker();
        var dead = await silent.StartRunAsync("demand");
        await Silence(silent);
        await using var alive = await _store.Tracker.StartRunAsync("demand");
        Assert.That(await IdsAsync(RunStatus.Running), Is.EquivalentTo(new[] { dead.Id, alive.Id }));
        _store.Time.Advance(s_life + TimeSpan.FromSeconds(1));
        await _store.Tracker.Lease.RenewAsync(default);
        Assert.That(await IdsAsync(RunStatus.Running), Is.EqualTo(new[] { alive.Id }));
        Assert.That(await IdsAsync(RunStatus.Killed), Is.EqualTo(new[] { dead.Id }));
        await alive.CompleteAsync();
    }

    [Test]
    public async Task A_run_whose_process_renews_goes_on_for_ever()
    {
        await using var run = await _store.Tracker.StartRunAsync("demand");
        var observer = _store.NewTracker();
        for (var i = 0; i < 20; i++)
        {
            Assert.That((await observer.GetRunAsync(run.Id)).Status, Is.EqualTo(RunStatus.Running));
            _store.Time.Advance(s_life / 3);
            await _store.Tracker.Lease.RenewAsync(default);
        }

        await run.CompleteAsync();
    }

    [Test]
    public async Task A_process_that_slept_takes_its_lease_again_and_its_run_is_running_again()
    {
        var sleeper = _store.NewTracker();
        var run = await sleeper.StartRunAsync("demand");
        await _store.Tracker.GetRunAsync(run.Id);
        // The clock runs while nobody renews: the sleeper's timer fires too, but here its renewals are refused by taking the lease away first.
        await KillAsync(run.Id);
        Assert.That((await _store.Tracker.GetRunAsync(run.Id)).Status, Is.EqualTo(RunStatus.Killed));

        await sleeper.Lease.RenewAsync(default);
        var again = await _store.Tracker.GetRunAsync(run.Id);
        Assert.That((again.Status, again.EndedAt, again.StatusReason), Is.EqualTo((RunStatus.Running, (DateTimeOffset?)null, (string?)null)));
        await run.SetParamAsync("a", "1");
        await run.CompleteAsync();
        Assert.That((await _store.Tracker.GetRunAsync(run.Id)).Status, Is.EqualTo(RunStatus.Finished));
    }

    [Test]
    public async Task A_lease_is_taken_with_the_first_run_and_given_back_when_none_is_open()
    {
        var run = await _store.Tracker.StartRunAsync("demand");
        Assert.That(await _store.AllAsync("process-leases"), Has.Count.EqualTo(1));
        await _store.Tracker.Lease.RenewAsync(default);
        Assert.That(await _store.AllAsync("process-leases"), Has.Count.EqualTo(1));
        await run.CompleteAsync();
        await _store.Tracker.Lease.RenewAsync(default);
        Assert.That(await _store.AllAsync("process-leases"), Is.Empty);
        await using var next = await _store.Tracker.StartRunAsync("demand");
        Assert.That(await _store.AllAsync("process-leases"), Has.Count.EqualTo(1));
        await next.CompleteAsync();
    }

    [Test]
    public async Task A_named_lease_has_one_holder_and_passes_on_when_it_runs_out()
    {
        var (here, there) = (new ProcessLeases(_store.Writer, new LeaseOptions()), new ProcessLeases(_store.Writer, new LeaseOptions()));
        var held = (await here.TryTakeAsync("loops/one", false, default))!;
        Assert.That(await there.TryTakeAsync("loops/one", false, default), Is.Null);
        _store.Time.Advance(s_life / 2);
        held = (await here.RenewAsync(held, default))!;
        _store.Time.Advance(s_life / 2);
        Assert.That(await there.TryTakeAsync("loops/one", false, default), Is.Null, "it was renewed since it was seen");
        _store.Time.Advance(s_life);
        var taken = (await there.TryTakeAsync("loops/one", false, default))!;
        Assert.That((taken.Value.Epoch, await here.RenewAsync(held, default)), Is.EqualTo((2L, (Stored<ProcessLease>?)null)));
        await here.ReleaseAsync(held, default);
        Assert.That(await _store.AllAsync("process-leases"), Has.Count.EqualTo(1), "whoever lost it cannot give it back");
        await there.ReleaseAsync(taken, default);
        Assert.That(await _store.AllAsync("process-leases"), Is.Empty);
    }

    [Test]
    public async Task Of_many_who_want_a_lease_at_once_one_gets_it()
    {
        var taken = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(async () => await new ProcessLeases(_store.Writer, new LeaseOptions()).TryTakeAsync("loops/one", false, default))));
        Assert.That(taken.Count(t => t is not null), Is.EqualTo(1));
    }

    [Test]
    public void A_process_that_lives_is_not_gone_and_one_that_never_was_is()
    {
        Assert.That(ProcessMark.Here.IsGone(), Is.False);
        Assert.That((ProcessMark.Here with { Id = int.MaxValue }).IsGone(), Is.True);
        Assert.That((ProcessMark.Here with { Started = "1" }).IsGone(), Is.True, "the process id was used again");
        Assert.That((ProcessMark.Here with { Id = int.MaxValue, Machine = "another" }).IsGone(), Is.False, "what another machine does cannot be known");
    }

    [Test]
    public void A_time_to_live_out_of_its_range_is_refused() =>
        Assert.Throws<MLOpsInvalidException>(() => new LeaseOptions { TimeToLive = TimeSpan.FromMilliseconds(1) }.Checked());

    private async Task<List<string>> IdsAsync(RunStatus status) => await _store.Tracker.QueryRunsAsync(new() { Status = status }).Select(r => r.Id).ToListAsync();

    /// <summary>From now on a tracker does nothing any more, and gives nothing back.</summary>
    private static ValueTask Silence(ExperimentTracker tracker) => tracker.Lease.DisposeAsync();

    /// <summary>Does to a run what an observer does whose clock says that the lease has run out.</summary>
    private async Task KillAsync(string runId)
    {
        var observer = new LateObserver(_store);
        await observer.KillAsync(runId);
    }

    private sealed class LateObserver(TestStore store)
    {
        public async Task KillAsync(string runId)
        {
            var records = new RunRecords(store.Records);
            var run = (await records.Runs.GetAsync(runId, default))!;
            await store.Writer.CommitAsync([records.Runs.Put(run, run.Value with { Status = RunStatus.Killed, StatusReason = "late", EndedAt = store.Writer.Now }), new RecordDelete(new RecordKey("process-leases", run.Value.LeaseName!))], null, default);
        }
    }
}
