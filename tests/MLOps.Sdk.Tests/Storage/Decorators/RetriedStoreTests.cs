using System.Text;
using MLOps.Storage.Memory;
using MLOps.Testing;

namespace MLOps.Storage.Decorators;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RetriedStoreTests
{
    private static readonly Retry s_retry = new(new() { Retries = 2, Delay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(2) }, TimeProvider.System);
    private readonly MemoryRecordStore _records = new();

    [TestCase(FaultKind.FailBefore)]
    [TestCase(FaultKind.FailAfter)]
    public async Task A_commit_happens_exactly_once_whenever_the_connection_broke(FaultKind kind)
    {
        var records = Retried(new(StorageCall.RecordCommit, 2, kind), new(StorageCall.RecordCommit, 3, FaultKind.FailBefore));
        await records.CommitAsync(Commit(Put("b", "1", 0)));
        // No expected version on "a", one on "b", a deletion of "c": each would show a second time in its own way.
        var result = await records.CommitAsync(Commit(Put("a", "1", null), Put("b", "2", 1), new RecordCheck(new("things", "c"), 0)));
        Assert.Multiple(async () =>
        {
            Assert.That((await records.GetAsync(new("things", "a")))!.Version, Is.EqualTo(1));
            Assert.That((await records.GetAsync(new("things", "b")))!.Version, Is.EqualTo(2));
            Assert.That(result.Versions, Is.EqualTo(new[] { 1L, 2, 0 }));
            var after = await records.CommitAsync(Commit(Put("d", "1", 0)));
            Assert.That(result.Position, Is.LessThan(after.Position));
            Assert.That(await LastPositionAsync("b"), Is.LessThanOrEqualTo(result.Position));
            Assert.That(result.Position, Is.EqualTo(await LastPositionAsync("b") + 1), "the check came last");
        });
    }

    [Test]
    public async Task A_rivals_equal_bytes_are_not_taken_for_our_own()
    {
        // Two raise a counter from 1 to 2. Ours is lost on the way; the rival's arrives. To call that a success would lose an update.
        await _records.CommitAsync(Commit(Put("counter", "1", 0)));
        var plan = new FaultPlan().Add(new(StorageCall.RecordCommit, 1, FaultKind.FailBefore)
        {
            Error = () =>
            {
                Meanwhile(Put("counter", "2", 1));
                return new MLOpsUnavailableException("the connection broke");
            },
        });
        var ours = new RetriedRecordStore(new FaultyRecordStore(_records, plan), s_retry);
        var conflict = Assert.ThrowsAsync<MLOpsConflictException>(async () => await ours.CommitAsync(Commit(Put("counter", "2", 1))));
        Assert.That(conflict!.Subjects, Is.EqualTo(new[] { "things/counter" }));
    }

    [Test]
    public async Task An_attempt_that_was_only_slow_happens_once_too()
    {
        // The first attempt looks lost, is tried again, and then arrives after all: as when a server finishes what its client gave up.
        var late = new LateCommit(_records);
        await new RetriedRecordStore(late, s_retry).CommitAsync(Commit(Put("a", "1", null)));
        Assert.ThrowsAsync<MLOpsConflictException>(async () => await _records.CommitAsync(late.Lost!));
        Assert.That((await _records.GetAsync(new("things", "a")))!.Version, Is.EqualTo(1));
    }

    [Test]
    public async Task Commits_one_after_the_other_leave_one_receipt_conflicts_or_not()
    {
        var records = Retried();
        for (var i = 0; i < 20; i++)
        {
            await records.CommitAsync(Commit(Put($"{i}", "1", 0)));
            Assert.ThrowsAsync<MLOpsConflictException>(async () => await records.CommitAsync(Commit(Put($"{i}", "1", 0))));
        }

        var receipts = (await _records.QueryAsync(new(Receipts.Collection))).Records;
        Assert.That(receipts.Select(r => r.Version), Is.EqualTo(new[] { 20L }));
    }

    [Test]
    public async Task A_version_of_a_recalled_commit_that_changed_since_is_one_that_conflicts()
    {
        var plan = new FaultPlan().Add(new(StorageCall.RecordCommit, 1, FaultKind.FailAfter)
        {
            Error = () =>
            {
                Meanwhile(Put("a", "somebody else's", null));
                return new MLOpsUnavailableException("the connection broke");
            },
        });
        var ours = new RetriedRecordStore(new FaultyRecordStore(_records, plan), s_retry);
        var result = await ours.CommitAsync(Commit(Put("a", "mine", 0)));
        Assert.ThrowsAsync<MLOpsConflictException>(async () => await ours.CommitAsync(Commit(Put("a", "mine again", result.Versions[0]))));
    }

    [Test]
    public async Task Patience_ends_and_other_errors_are_not_repeated()
    {
        var always = new FaultPlan();
        for (var i = 1; i <= 20; i++) always.Add(new(StorageCall.RecordGet, i, FaultKind.FailBefore));
        var records = new RetriedRecordStore(new FaultyRecordStore(_records, always), s_retry);
        Assert.ThrowsAsync<MLOpsUnavailableException>(async () => await records.GetAsync(new("things", "a")));
        Assert.That(always.Count(StorageCall.RecordGet), Is.EqualTo(3));

        var other = new FaultPlan().Add(new(StorageCall.RecordGet, 1, FaultKind.FailBefore) { Error = () => new TimeoutException() });
        Assert.ThrowsAsync<TimeoutException>(async () => await new RetriedRecordStore(new FaultyRecordStore(_records, other), s_retry).GetAsync(new("things", "a")));
        Assert.That(other.Count(StorageCall.RecordGet), Is.EqualTo(1));
        await Task.CompletedTask;
    }

    [Test]
    public async Task Pauses_grow_and_are_scattered()
    {
        var time = new ManualTimeProvider();
        var retry = new Retry(new() { Retries = 1, Delay = TimeSpan.FromMinutes(1), MaxDelay = TimeSpan.FromHours(1) }, time);
        var records = new RetriedRecordStore(new FaultyRecordStore(_records, new FaultPlan().Add(new(StorageCall.RecordGet, 1, FaultKind.FailBefore))), retry);
        var call = records.GetAsync(new("things", "a")).AsTask();
        Assert.That(call.IsCompleted, Is.False);
        time.Advance(TimeSpan.FromHours(1));
        Assert.That(await call, Is.Null);
    }

    [Test]
    public async Task A_watch_goes_on_after_the_last_change_it_gave()
    {
        await _records.CommitAsync(Commit(Put("a", "1", 0), Put("b", "1", 0), Put("c", "1", 0)));
        var records = Retried(new(StorageCall.RecordWatch, 1, FaultKind.Tear) { Keep = 2 }, new(StorageCall.RecordWatch, 2, FaultKind.FailBefore));
        Assert.That(await records.WatchAsync(0, []).Take(3).Select(c => c.Key.Id).ToListAsync(), Is.EqualTo(new[] { "a", "b", "c" }));
    }

    [Test]
    public async Task Receipts_are_not_reported_to_a_watch_of_everything()
    {
        var records = Retried();
        await records.CommitAsync(Commit(Put("a", "1", 0)));
        await records.CommitAsync(Commit(Put("b", "1", 0)));
        Assert.That(await records.WatchAsync(0, []).Take(2).Select(c => c.Key.Id).ToListAsync(), Is.EqualTo(new[] { "a", "b" }));
    }

    [TestCase(FaultKind.FailBefore)]
    [TestCase(FaultKind.FailAfter)]
    public async Task A_write_is_whole_after_a_retry_and_its_source_is_read_from_where_it_stood(FaultKind kind)
    {
        var blobs = new RetriedBlobStore(new FaultyBlobStore(new MemoryBlobStore(), new FaultPlan().Add(new(StorageCall.BlobWrite, 1, kind))), s_retry);
        using var source = new MemoryStream("xxabc"u8.ToArray()) { Position = 2 };
        await blobs.WriteAsync("a", source, Digest.Of("abc"));
        Assert.That(await blobs.OpenAsync("a").TextAsync(), Is.EqualTo("abc"));
    }

    [Test]
    public async Task A_source_that_can_be_read_only_once_is_not_written_half()
    {
        var blobs = new RetriedBlobStore(new FaultyBlobStore(new HalfReader(), new FaultPlan()), s_retry);
        Assert.ThrowsAsync<MLOpsUnavailableException>(async () => await blobs.WriteAsync("a", new OnceStream("abc"u8.ToArray())));
        var untouched = new RetriedBlobStore(new FaultyBlobStore(new MemoryBlobStore(), new FaultPlan().Add(new(StorageCall.BlobWrite, 1, FaultKind.FailBefore))), s_retry);
        Assert.That(await untouched.WriteAsync("a", new OnceStream("abc"u8.ToArray())), Is.True, "nothing had been read of it");
        Assert.That(await untouched.OpenAsync("a").TextAsync(), Is.EqualTo("abc"));
    }

    [Test]
    public async Task A_blob_that_breaks_off_is_read_on_from_there()
    {
        var memory = new MemoryBlobStore();
        await memory.WriteAsync("a", new MemoryStream(Encoding.UTF8.GetBytes("0123456789")));
        foreach (var range in new BlobRange?[] { null, new(2), new(2, 6) })
        {
            var plan = new FaultPlan().Add(new(StorageCall.BlobOpen, 1, FaultKind.Tear) { Keep = 3 }).Add(new(StorageCall.BlobOpen, 2, FaultKind.FailBefore)).Add(new(StorageCall.BlobOpen, 3, FaultKind.Tear) { Keep = 2 });
            var blobs = new RetriedBlobStore(new FaultyBlobStore(memory, plan), s_retry);
            Assert.That(await blobs.OpenAsync("a", range).TextAsync(), Is.EqualTo("0123456789".Substring((int)(range?.Offset ?? 0), (int)(range?.Length ?? 10 - (range?.Offset ?? 0)))));
        }
    }

    [Test]
    public async Task Lists_and_reads_lose_and_repeat_nothing()
    {
        var plan = new FaultPlan().Add(new(StorageCall.BlobList, 1, FaultKind.Tear) { Keep = 2 }).Add(new(StorageCall.StreamList, 1, FaultKind.Tear) { Keep = 2 }).Add(new(StorageCall.StreamRead, 1, FaultKind.Tear) { Keep = 2 });
        var blobs = new RetriedBlobStore(new FaultyBlobStore(new MemoryBlobStore(), plan), s_retry);
        var streams = new RetriedStreamStore(new FaultyStreamStore(new MemoryStreamStore(), plan), s_retry);
        for (var i = 0; i < 4; i++)
        {
            await blobs.WriteAsync($"b/{i}", new MemoryStream([1]));
            await streams.AppendAsync([new($"s/{i}", 0, new byte[] { 1 })]);
            await streams.AppendAsync([new("blocks", i, new[] { (byte)i })]);
        }

        Assert.Multiple(async () =>
        {
            Assert.That(await blobs.ListAsync("b").Select(b => b.Key).ToListAsync(), Is.EqualTo(new[] { "b/0", "b/1", "b/2", "b/3" }));
            Assert.That(await streams.ListAsync("s").Select(s => s.Name).ToListAsync(), Is.EqualTo(new[] { "s/0", "s/1", "s/2", "s/3" }));
            Assert.That(await streams.ReadAsync("blocks", 1).Select(b => b.Position).ToListAsync(), Is.EqualTo(new[] { 1L, 2, 3 }));
        });
    }

    [TestCase(FaultKind.FailBefore)]
    [TestCase(FaultKind.FailAfter)]
    public async Task An_append_is_there_once_after_a_retry(FaultKind kind)
    {
        var streams = new RetriedStreamStore(new FaultyStreamStore(new MemoryStreamStore(), new FaultPlan().Add(new(StorageCall.StreamAppend, 1, kind))), s_retry);
        await streams.AppendAsync([new("s", 0, new byte[] { 1 }), new("s", 1, new byte[] { 2 })]);
        Assert.That((await streams.StatAsync("s"))!.Value.Next, Is.EqualTo(2));
    }

    private RetriedRecordStore Retried(params Fault[] faults) => new(new FaultyRecordStore(_records, faults.Aggregate(new FaultPlan(), (plan, fault) => plan.Add(fault))), s_retry);

    private async Task<long> LastPositionAsync(string id) => (await _records.WatchAsync(0, ["things"]).FirstAsync(c => c.Key.Id == id)).Position;

    /// <summary>Another process commits.</summary>
    private void Meanwhile(RecordPut put) => _records.CommitAsync(Commit(put)).AsTask().GetAwaiter().GetResult();

    private static RecordCommit Commit(params RecordOperation[] operations) => new("tester", operations);

    private static RecordPut Put(string id, string text, long? expected) => new(new("things", id), Encoding.UTF8.GetBytes($"\"{text}\""), null, expected);

    /// <summary>Loses the first commit, and keeps it.</summary>
    private sealed class LateCommit(MemoryRecordStore inner) : IRecordStore
    {
        public RecordCommit? Lost { get; private set; }

        public ValueTask<Record?> GetAsync(RecordKey key, CancellationToken cancellationToken = default) => inner.GetAsync(key, cancellationToken);

        public ValueTask<RecordPage> QueryAsync(RecordQuery query, CancellationToken cancellationToken = default) => inner.QueryAsync(query, cancellationToken);

        public IAsyncEnumerable<RecordChange> WatchAsync(long after, IReadOnlyCollection<string> collections, CancellationToken cancellationToken = default) => inner.WatchAsync(after, collections, cancellationToken);

        public ValueTask<CommitResult> CommitAsync(RecordCommit commit, CancellationToken cancellationToken = default)
        {
            if (Lost is not null) return inner.CommitAsync(commit, cancellationToken);
            Lost = commit;
            throw new MLOpsUnavailableException("the answer did not come");
        }
    }

    /// <summary>Takes a byte of the source and fails.</summary>
    private sealed class HalfReader : IBlobStore
    {
        public async ValueTask<bool> WriteAsync(string key, Stream content, Digest? expected = null, CancellationToken cancellationToken = default) =>
            await content.ReadAsync(new byte[1], cancellationToken) >= 0 ? throw new MLOpsUnavailableException("half-way") : false;

        public ValueTask<Stream> OpenAsync(string key, BlobRange? range = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public ValueTask<BlobInfo?> StatAsync(string key, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public ValueTask<bool> DeleteAsync(string key, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public IAsyncEnumerable<BlobInfo> ListAsync(string prefix, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }

    private sealed class OnceStream(byte[] bytes) : ReadStream
    {
        private int _at;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = Math.Min(buffer.Length, bytes.Length - _at);
            bytes.AsSpan(_at, count).CopyTo(buffer.Span);
            _at += count;
            return new(count);
        }
    }
}
