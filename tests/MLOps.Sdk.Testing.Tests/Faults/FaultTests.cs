using System.Text;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Storage;
using MLOps.Storage.Memory;

namespace MLOps.Testing.Tests.Faults;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FaultTests
{
    private readonly FaultPlan _plan = new(new ManualTimeProvider());
    private IBlobStore _blobs = null!;
    private IRecordStore _records = null!;
    private IStreamStore _streams = null!;

    [SetUp]
    public void SetUp() => (_blobs, _records, _streams) = (new FaultyBlobStore(new MemoryBlobStore(), _plan), new FaultyRecordStore(new MemoryRecordStore(), _plan), new FaultyStreamStore(new MemoryStreamStore(), _plan));

    [Test]
    public async Task A_fault_happens_at_its_call_and_at_no_other()
    {
        var plan = new FaultPlan().Add(new(StorageCall.RecordCommit, 3, FaultKind.FailBefore));
        var records = new FaultyRecordStore(new MemoryRecordStore(), plan);
        var failed = new List<int>();
        for (var i = 1; i <= 5; i++)
        {
            try
            {
                await records.CommitAsync(Commit(i));
            }
            catch (MLOpsUnavailableException)
            {
                failed.Add(i);
            }
        }

        Assert.Multiple(() =>
        {
            Assert.That(failed, Is.EqualTo(new[] { 3 }));
            Assert.That(plan.Count(StorageCall.RecordCommit), Is.EqualTo(5));
            Assert.That(plan.Happened.Select(f => f.Number), Is.EqualTo(new[] { 3 }));
        });
    }

    [TestCase(FaultKind.FailBefore, 0)]
    [TestCase(FaultKind.FailAfter, 3)]
    [TestCase(FaultKind.Tear, 2)]
    public async Task A_commit_that_fails_has_done_what_its_kind_says(FaultKind kind, int done)
    {
        var plan = new FaultPlan().Add(new(StorageCall.RecordCommit, 1, kind) { Keep = 2 });
        var records = new FaultyRecordStore(new MemoryRecordStore(), plan);
        Assert.ThrowsAsync<MLOpsUnavailableException>(async () => await records.CommitAsync(Commit(1, 2, 3)));
        Assert.That((await records.QueryAsync(new("things"))).Records, Has.Count.EqualTo(done));
    }

    [TestCase(FaultKind.FailBefore, null)]
    [TestCase(FaultKind.FailAfter, 10L)]
    [TestCase(FaultKind.Tear, 4L)]
    public async Task A_write_that_fails_has_done_what_its_kind_says(FaultKind kind, long? length)
    {
        var plan = new FaultPlan().Add(new(StorageCall.BlobWrite, 1, kind) { Keep = 4 });
        var blobs = new FaultyBlobStore(new MemoryBlobStore(), plan);
        Assert.ThrowsAsync<MLOpsUnavailableException>(async () => await blobs.WriteAsync("a", new MemoryStream(new byte[10])));
        Assert.That((await blobs.StatAsync("a"))?.Length, Is.EqualTo(length));
    }

    [TestCase(FaultKind.FailBefore, null)]
    [TestCase(FaultKind.FailAfter, 3L)]
    [TestCase(FaultKind.Tear, 1L)]
    public async Task An_append_that_fails_has_done_what_its_kind_says(FaultKind kind, long? next)
    {
        var plan = new FaultPlan().Add(new(StorageCall.StreamAppend, 1, kind));
        var streams = new FaultyStreamStore(new MemoryStreamStore(), plan);
        Assert.ThrowsAsync<MLOpsUnavailableException>(async () => await streams.AppendAsync([.. Enumerable.Range(0, 3).Select(i => new StreamAppend("s", i, new byte[] { 1 }))]));
        Assert.That((await streams.StatAsync("s"))?.Next, Is.EqualTo(next));
    }

    [Test]
    public async Task What_is_repeated_happens_twice()
    {
        _plan.Add(new(StorageCall.RecordCommit, 1, FaultKind.Repeat)).Add(new(StorageCall.StreamAppend, 1, FaultKind.Repeat)).Add(new(StorageCall.BlobWrite, 1, FaultKind.Repeat));
        var commit = await _records.CommitAsync(Commit(1));
        await _streams.AppendAsync([new("s", 0, new byte[] { 1 })]);
        var written = await _blobs.WriteAsync("a", new MemoryStream("once"u8.ToArray()));
        Assert.Multiple(async () =>
        {
            Assert.That(commit.Versions, Is.EqualTo(new[] { 2L }), "the second commit's answer");
            Assert.That((await _streams.StatAsync("s"))!.Value.Next, Is.EqualTo(1), "a replay changes nothing");
            Assert.That(written, Is.False, "the second write finds the first");
            Assert.That((await _blobs.StatAsync("a"))!.Value.Length, Is.EqualTo(4));
        });
    }

    [Test]
    public async Task A_delayed_call_waits_on_the_plans_clock()
    {
        var time = new ManualTimeProvider();
        var blobs = new FaultyBlobStore(new MemoryBlobStore(), new FaultPlan(time).Add(new(StorageCall.BlobStat, 1, FaultKind.Delay) { Delay = TimeSpan.FromMinutes(1) }));
        var call = blobs.StatAsync("a").AsTask();
        Assert.That(call.IsCompleted, Is.False);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(await call, Is.Null);
    }

    [Test]
    public async Task What_is_read_breaks_off_where_the_plan_says()
    {
        await _blobs.WriteAsync("a", new MemoryStream("abcdef"u8.ToArray()));
        await _blobs.WriteAsync("b", new MemoryStream("x"u8.ToArray()));
        await _streams.AppendAsync([new("s", 0, new byte[] { 1 }), new("s", 1, new byte[] { 2 }), new("t", 0, new byte[] { 3 })]);
        await _records.CommitAsync(Commit(1, 2));
        _plan.Add(new(StorageCall.BlobOpen, 1, FaultKind.Tear) { Keep = 4 }).Add(new(StorageCall.BlobList, 1, FaultKind.Tear)).Add(new(StorageCall.StreamRead, 1, FaultKind.Tear))
            .Add(new(StorageCall.StreamList, 1, FaultKind.Tear)).Add(new(StorageCall.RecordWatch, 1, FaultKind.Tear));

        var bytes = new byte[10];
        await using var content = await _blobs.OpenAsync("a");
        Assert.That(await content.ReadAtLeastAsync(bytes, 4), Is.EqualTo(4));
        Assert.ThrowsAsync<MLOpsUnavailableException>(async () => await content.ReadExactlyAsync(bytes));
        Assert.Multiple(async () =>
        {
            Assert.That(await SeenAsync(_blobs.ListAsync("")), Is.EqualTo(1));
            Assert.That(await SeenAsync(_streams.ReadAsync("s")), Is.EqualTo(1));
            Assert.That(await SeenAsync(_streams.ListAsync("")), Is.EqualTo(1));
            Assert.That(await SeenAsync(_records.WatchAsync(0, [])), Is.EqualTo(1));
        });
    }

    [Test]
    public void A_fault_that_can_never_happen_is_refused()
    {
        Assert.Multiple(() =>
        {
            Assert.Throws<MLOpsInvalidException>(() => _plan.Add(new(StorageCall.BlobStat, 0, FaultKind.FailBefore)));
            Assert.Throws<MLOpsInvalidException>(() => _plan.Add(new(StorageCall.BlobStat, 1, FaultKind.Tear) { Keep = -1 }));
        });
    }

    [Test]
    public async Task An_application_meets_the_plans_faults_on_all_three_seams()
    {
        var plan = new FaultPlan();
        await using var mlops = MLOpsClient.Create(configure: o => o.UseMemory().AddFaults(plan));
        await mlops.Datasets.CommitAsync("sales", Data.DatasetChange.Edit().PutText("a.csv", "1"));
        await using var run = await mlops.Experiment("demand").Run("first").StartAsync();
        run.Log(run.Metric("loss"), 1, 1);
        await run.CompleteAsync();
        Assert.Multiple(() =>
        {
            Assert.That(plan.Count(StorageCall.BlobWrite), Is.Positive);
            Assert.That(plan.Count(StorageCall.RecordCommit), Is.Positive);
            Assert.That(plan.Count(StorageCall.StreamAppend), Is.Positive);
        });
        plan.Add(new(StorageCall.RecordCommit, plan.Count(StorageCall.RecordCommit) + 1, FaultKind.FailBefore) { Error = () => new TimeoutException("mine") });
        Assert.ThrowsAsync<TimeoutException>(async () => await mlops.Datasets.CommitAsync("sales", Data.DatasetChange.Edit().PutText("b.csv", "2")));
    }

    private static RecordCommit Commit(params int[] ids) => new("tester", [.. ids.Select(id => new RecordPut(new("things", $"{id}"), Encoding.UTF8.GetBytes($"{id}")))]);

    private static async Task<int> SeenAsync<T>(IAsyncEnumerable<T> items)
    {
        var seen = 0;
        try
        {
            await foreach (var _ in items) seen++;
        }
        catch (MLOpsUnavailableException)
        {
            return seen;
        }

        throw new AssertionException("it ended as if all were there");
    }
}
