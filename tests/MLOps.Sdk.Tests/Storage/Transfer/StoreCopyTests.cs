using Microsoft.Extensions.DependencyInjection;
using MLOps.Records;
using MLOps.Storage.Decorators;
using MLOps.Storage.Memory;
using MLOps.Storage.Relational;
using MLOps.Storage.Sqlite;
using MLOps.Testing;
using MLOps.Tests.Monitoring;
using LineModel = MLOps.Tests.Monitoring.LineModel;

namespace MLOps.Storage.Transfer;

public sealed class StoreCopyTests
{
    [Test]
    public async Task A_copy_of_any_past_is_equal_to_the_byte([Values(1, 2, 3, 4, 5, 6, 7, 8)] int seed)
    {
        var folder = new SqliteFolder();
        try
        {
            await using RelationalStore first = folder.Open("first"), second = folder.Open("second");
            var (memory, sqlite) = (LivedStore.InMemory(), new StoreParts(new MemoryBlobStore(), first, first));
            await LivedStore.LiveAsync(memory, seed, commits: 20 * seed);
            var there = await StoreCopy.RunAsync(memory, sqlite);
            await LivedStore.AssertEqualAsync(memory, sqlite);
            Assert.That(there.Digest, Is.EqualTo(await StoreExport.DigestAsync(memory)));

            var (back, other) = (LivedStore.InMemory(), new StoreParts(new MemoryBlobStore(), second, second));
            await StoreCopy.RunAsync(sqlite, back);
            await StoreCopy.RunAsync(sqlite, other);
            await LivedStore.AssertEqualAsync(memory, back);
            await LivedStore.AssertEqualAsync(memory, other);
        }
        finally
        {
            folder.Delete();
        }
    }

    [Test]
    public async Task Two_hundred_pasts_are_copied_and_copied_again_when_they_go_on()
    {
        for (var seed = 100; seed < 100 + Effort.Of(60, 200); seed++)
        {
            var (from, to) = (LivedStore.InMemory(), LivedStore.InMemory());
            for (var part = 0; part < 3; part++)
            {
                await LivedStore.LiveAsync(from, (seed * 10) + part, commits: 15);
                await StoreCopy.RunAsync(from, to, new() { Compare = false });
                await LivedStore.AssertEqualAsync(from, to, $"seed {seed}, part {part}");
            }
        }
    }

    [Test]
    public async Task A_copy_that_broke_off_anywhere_goes_on_and_ends_equal()
    {
        var from = LivedStore.InMemory();
        await LivedStore.LiveAsync(from, 42, commits: 60);
        var counted = new FaultPlan();
        await StoreCopy.RunAsync(from, Faulty(LivedStore.InMemory(), counted));
        StorageCall[] writes = [StorageCall.BlobWrite, StorageCall.StreamAppend, StorageCall.StreamTruncate, StorageCall.RecordCommit];
        foreach (var call in writes)
        {
            Assert.That(counted.Count(call), Is.Positive, $"{call} did not take part");
            for (var number = 1; number <= counted.Count(call); number++)
            {
                foreach (var kind in new[] { FaultKind.FailBefore, FaultKind.FailAfter })
                {
                    var to = LivedStore.InMemory();
                    var faulty = Faulty(to, new FaultPlan().Add(new(call, number, kind)));
                    Assert.ThrowsAsync<MLOpsUnavailableException>(async () => await StoreCopy.RunAsync(from, faulty, new() { Parallel = 1 }));
                    await StoreCopy.RunAsync(from, faulty, new() { Parallel = 1 });
                    await LivedStore.AssertEqualAsync(from, to, $"{call} {number} {kind}");
                }
            }
        }
    }

    [Test]
    public async Task A_copy_that_broke_off_catches_up_also_when_its_source_went_on_meanwhile()
    {
        for (var number = 1; number <= 12; number++)
        {
            var (from, to) = (LivedStore.InMemory(), LivedStore.InMemory());
            await LivedStore.LiveAsync(from, 43, commits: 60);
            var faulty = Faulty(to, new FaultPlan().Add(new(StorageCall.RecordCommit, number, FaultKind.FailAfter)));
            Assert.ThrowsAsync<MLOpsUnavailableException>(async () => await StoreCopy.RunAsync(from, faulty));
            await LivedStore.LiveAsync(from, 44, commits: 60);
            await StoreCopy.RunAsync(from, faulty);
            await LivedStore.AssertEqualAsync(from, to, $"commit {number}");
        }
    }

    [Test]
    public async Task A_record_that_changed_ten_thousand_times_is_copied_with_its_version()
    {
        var (from, to) = (LivedStore.InMemory(), LivedStore.InMemory());
        for (var i = 0; i < 10_000; i++) await from.Records.CommitAsync(new("tester", [new RecordPut(new("counters", "one"), "1"u8.ToArray())]));
        await StoreCopy.RunAsync(from, to);
        await LivedStore.AssertEqualAsync(from, to);
    }

    [Test]
    public async Task A_watcher_goes_on_in_the_copy_where_it_was_in_the_source()
    {
        var (from, to) = (LivedStore.InMemory(), LivedStore.InMemory());
        await LivedStore.LiveAsync(from, 45, commits: 40);
        await StoreCopy.RunAsync(from, to);
        var head = await from.HeadAsync(default);
        for (var after = 0L; after < head; after += 7)
        {
            var expected = ((await ((IRecordScan)from.Records).ScanAsync(after)).Changes).Select(c => $"{c.Position} {c.Key} {c.Version}").ToList();
            var seen = await to.Records.WatchAsync(after, []).Take(expected.Count).Select(c => $"{c.Position} {c.Key} {c.Version}").ToListAsync();
            Assert.That(seen, Is.EqualTo(expected));
        }
    }

    [Test]
    public async Task A_copied_registry_goes_on_with_its_history_its_chain_and_its_next_number()
    {
        var models = (MLOpsBuilder o) => { o.UseMemory().AddModelType("line", LineJson.Default.LineModel); };
        await using MLOpsClient from = MLOpsClient.Create(configure: models), to = MLOpsClient.Create(configure: models);
        for (var i = 0; i < 5; i++)
        {
            var version = await from.Models.RegisterAsync("line", new LineModel { Slope = i });
            await from.Models.SetAliasAsync("line", "champion", version.Number);
            await from.Datasets.CommitAsync("sales", Data.DatasetChange.Edit().PutText($"{i}.csv", $"{i},{i}"));
        }

        await StoreCopy.RunAsync(from.Parts, to.Parts);
        await LivedStore.AssertEqualAsync(from.Parts, to.Parts);
        var next = await to.Models.RegisterAsync("line", new LineModel { Slope = 9 });
        Assert.Multiple(async () =>
        {
            Assert.That(next.Number, Is.EqualTo(6));
            Assert.That(await to.Audit.VerifyAsync(), Is.EqualTo(await from.Audit.VerifyAsync() + 1));
            Assert.That(await to.Models.AliasHistoryAsync("line", "champion").CountAsync(), Is.EqualTo(5));
            Assert.That((await StoreVerification.RunAsync(to.Parts)).Problems, Is.Empty);
        });
        Assert.ThrowsAsync<MLOpsConflictException>(async () => await StoreCopy.RunAsync(from.Parts, to.Parts), "the copy lives its own life now");
    }

    [Test]
    public async Task A_copy_into_an_encrypted_store_is_equal_in_content_and_unreadable_beneath()
    {
        var from = LivedStore.InMemory();
        await LivedStore.LiveAsync(from, 46, commits: 30);
        await from.Blobs.WriteAsync("plain", new MemoryStream("legible words"u8.ToArray()));
        var (to, beneath) = (LivedStore.InMemory(), new MemoryBlobStore());
        to = to with { Blobs = new EncryptedBlobStore(beneath, new() { KeyId = "k", Key = (_, _) => new(new byte[32]) }) };
        await StoreCopy.RunAsync(from, to);
        await LivedStore.AssertEqualAsync(from, to);
        Assert.That(await beneath.OpenAsync("plain").TextAsync(), Does.Not.Contain("words"));
    }

    [Test]
    public async Task A_target_that_holds_something_else_is_refused_and_left_alone()
    {
        var from = LivedStore.InMemory();
        await LivedStore.LiveAsync(from, 47, commits: 20);
        var others = new Dictionary<string, Func<StoreParts, Task>>
        {
            ["another record"] = async to => await to.Records.CommitAsync(new("tester", [new RecordPut(new("mine", "a"), "1"u8.ToArray())])),
            ["a known record in another state"] = async to => await to.Records.CommitAsync(new("tester", [.. from.ScanAsync(0, default).ToBlockingEnumerable().First().Changes.Take(5).Select(c => new RecordPut(c.Key, "1"u8.ToArray()))])),
            ["another blob"] = async to => await to.Blobs.WriteAsync("mine", new MemoryStream([1])),
            ["another stream"] = async to => await to.Streams.AppendAsync([new("mine", 0, new byte[] { 1 })]),
            ["a longer stream"] = async to =>
            {
                var stream = await from.Streams.ListAsync("").FirstAsync();
                await to.Streams.AppendAsync([.. Enumerable.Range(0, (int)stream.Next + 1).Select(i => new StreamAppend(stream.Name, i, new byte[] { 1 }))]);
            },
        };
        foreach (var (name, write) in others)
        {
            var to = LivedStore.InMemory();
            await write(to);
            Assert.ThrowsAsync<MLOpsConflictException>(async () => await StoreCopy.RunAsync(from, to), name);
            if (name.Contains("record", StringComparison.Ordinal)) Assert.That(await to.Blobs.ListAsync("").CountAsync(), Is.Zero, name);
        }
    }

    [Test]
    public async Task A_damaged_blob_of_the_source_is_named_and_not_copied()
    {
        var (from, to) = (LivedStore.InMemory(), LivedStore.InMemory());
        var key = ContentStore.Key(Digest.Of("right"));
        await from.Blobs.WriteAsync(key, new MemoryStream("wrong"u8.ToArray()));
        var error = Assert.ThrowsAsync<MLOpsIntegrityException>(async () => await StoreCopy.RunAsync(from, to));
        Assert.That(error!.Key, Is.EqualTo(key));
        Assert.That(error.Message, Does.Contain("source"));
        Assert.That(await to.Blobs.StatAsync(key), Is.Null);
    }

    [Test]
    public async Task A_target_that_does_not_keep_what_it_is_given_is_found()
    {
        var (from, to) = (LivedStore.InMemory(), LivedStore.InMemory());
        await from.Blobs.WriteAsync("named", new MemoryStream("content"u8.ToArray()));
        await to.Blobs.WriteAsync("named", new MemoryStream("cOntent"u8.ToArray()));
        Assert.ThrowsAsync<MLOpsIntegrityException>(async () => await StoreCopy.RunAsync(from, to), "same name, same length, other bytes");
    }

    [Test]
    public async Task A_writer_at_the_source_is_noticed_and_what_was_copied_is_kept()
    {
        var (from, to) = (LivedStore.InMemory(), LivedStore.InMemory());
        await LivedStore.LiveAsync(from, 48, commits: 20);
        var seed = 1000;
        var restless = new StoreParts(from.Blobs, from.Records, new Stirred(from.Streams, () => LivedStore.LiveAsync(from, seed++, 3)));
        Assert.ThrowsAsync<MLOpsConflictException>(async () => await StoreCopy.RunAsync(restless, to));
        var result = await StoreCopy.RunAsync(from, to);
        Assert.That(result.Blobs, Is.LessThan(await from.Blobs.ListAsync("").CountAsync()));
        await LivedStore.AssertEqualAsync(from, to);
    }

    [Test]
    public async Task Progress_goes_from_bytes_to_records_and_never_back()
    {
        var (from, to) = (LivedStore.InMemory(), LivedStore.InMemory());
        await LivedStore.LiveAsync(from, 49, commits: 50);
        var told = new List<StoreProgress>();
        await StoreCopy.RunAsync(from, to, new() { Parallel = 1 }, new Told(told.Add));
        Assert.Multiple(() =>
        {
            Assert.That(told.Select(p => p.Phase).Distinct(), Is.EqualTo(new[] { "blobs", "streams", "records", "comparing" }));
            Assert.That(told.GroupBy(p => p.Phase).All(g => g.Zip(g.Skip(1)).All(n => n.First.Done <= n.Second.Done)));
            Assert.That(told.Where(p => p.Phase is "blobs" or "comparing").Last(p => p.Phase == "blobs"), Is.EqualTo(told.Last(p => p.Phase == "blobs") with { Done = told.Last(p => p.Phase == "blobs").Total }));
        });
    }

    [Test]
    public async Task A_record_store_that_cannot_be_enumerated_is_told_what_it_lacks()
    {
        var from = LivedStore.InMemory() with { Records = new FaultyRecordStore(new MemoryRecordStore(), new()) };
        Assert.That(Assert.ThrowsAsync<MLOpsInvalidException>(async () => await StoreCopy.RunAsync(from, LivedStore.InMemory()))!.Message, Does.Contain(nameof(IRecordScan)));
        await Task.CompletedTask;
    }

    private static StoreParts Faulty(StoreParts store, FaultPlan plan) =>
        new(new FaultyBlobStore(store.Blobs, plan), new ScannedFaults((MemoryRecordStore)store.Records, plan), new FaultyStreamStore(store.Streams, plan));

    private sealed class Told(Action<StoreProgress> tell) : IProgress<StoreProgress>
    {
        public void Report(StoreProgress value) => tell(value);
    }

    /// <summary>Faults at commits, and an enumeration without any.</summary>
    private sealed class ScannedFaults(MemoryRecordStore inner, FaultPlan plan) : IRecordStore, IRecordScan
    {
        private readonly FaultyRecordStore _faulty = new(inner, plan);

        public ValueTask<Record?> GetAsync(RecordKey key, CancellationToken cancellationToken = default) => _faulty.GetAsync(key, cancellationToken);

        public ValueTask<RecordPage> QueryAsync(RecordQuery query, CancellationToken cancellationToken = default) => _faulty.QueryAsync(query, cancellationToken);

        public ValueTask<CommitResult> CommitAsync(RecordCommit commit, CancellationToken cancellationToken = default) => _faulty.CommitAsync(commit, cancellationToken);

        public IAsyncEnumerable<RecordChange> WatchAsync(long after, IReadOnlyCollection<string> collections, CancellationToken cancellationToken = default) => _faulty.WatchAsync(after, collections, cancellationToken);

        public ValueTask<RecordScanPage> ScanAsync(long after, CancellationToken cancellationToken = default) => inner.ScanAsync(after, cancellationToken);
    }

    /// <summary>Streams of a store that somebody writes to whenever its streams are listed.</summary>
    private sealed class Stirred(IStreamStore inner, Func<Task> stir) : IStreamStore
    {
        public ValueTask AppendAsync(IReadOnlyList<StreamAppend> appends, CancellationToken cancellationToken = default) => inner.AppendAsync(appends, cancellationToken);

        public IAsyncEnumerable<StreamBlock> ReadAsync(string stream, long from = 0, CancellationToken cancellationToken = default) => inner.ReadAsync(stream, from, cancellationToken);

        public ValueTask<StreamInfo?> StatAsync(string stream, CancellationToken cancellationToken = default) => inner.StatAsync(stream, cancellationToken);

        public async IAsyncEnumerable<StreamInfo> ListAsync(string prefix, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await stir();
            await foreach (var stream in inner.ListAsync(prefix, cancellationToken)) yield return stream;
        }

        public ValueTask TruncateAsync(string stream, long before, CancellationToken cancellationToken = default) => inner.TruncateAsync(stream, before, cancellationToken);
    }
}
