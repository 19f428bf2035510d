using MLOps.Records;
using MLOps.Storage;
using MLOps.Storage.Chunks;

namespace MLOps.Data;

/// <summary>
/// A process that dies at any of its calls to the store, before the call happened or after: the old head or the new one is there, whole, and a collector
/// removes the rest. From its death on, no call of the process reaches the store.
/// </summary>
public sealed class DiedHalfWayTests
{
    private static readonly CollectionOptions s_now = new() { Grace = TimeSpan.Zero };

    [Test]
    public Task A_commit() => EachAsync(
        prepare: async store => await store.NewDatasets().CommitAsync("bike", Change(1)),
        act: async (writer, files, token) => await new DatasetStore(writer, files).CommitAsync("bike", Change(2), cancellationToken: token));

    [Test]
    public Task A_merge() => EachAsync(
        prepare: async store =>
        {
            var data = store.NewDatasets();
            var start = await data.CommitAsync("bike", Change(1));
            await data.BranchAsync(start, "side");
            await data.CommitAsync("bike", DatasetChange.Edit().PutText("side", "2"), new() { Branch = "side" });
            await data.CommitAsync("bike", DatasetChange.Edit().PutText("main", "3"));
        },
        act: async (writer, files, token) =>
        {
            var data = new DatasetStore(writer, files);
            await data.MergeAsync(await data.ResolveAsync("bike@side", token), cancellationToken: token);
        });

    [Test]
    public async Task A_push()
    {
        await using var source = new TestStore(Backend.Memory);
        for (var i = 1; i < 4; i++) await source.NewDatasets().CommitAsync("bike", Change(i));
        await EachAsync(
            prepare: async store => await store.NewDatasets().CommitAsync("other", Change(0)),
            act: async (writer, files, token) => await source.NewTransfer().PushAsync("bike", new DatasetTransfer(writer, files), cancellationToken: token),
            again: true);
    }

    [Test]
    public Task A_sweep() => EachAsync(
        prepare: async store =>
        {
            var data = store.NewDatasets();
            var start = await data.CommitAsync("bike", Change(1));
            await data.BranchAsync(start, "side");
            // Half of what this one stores is needed by main: its pack is written anew.
            await data.CommitAsync("bike", Change(2).Put("wanted", Bytes(9, 20_000)), new() { Branch = "side" });
            await data.CommitAsync("bike", DatasetChange.Edit().Put("kept", Bytes(9, 20_000)));
            await data.BranchAsync(start, "third");
            await data.CommitAsync("bike", Change(3), new() { Branch = "third" });
            await data.ForgetAsync("bike", "side");
            await data.ForgetAsync("bike", "third");
        },
        act: async (writer, files, token) => await new DatasetUpkeep(writer, files).CollectAsync(s_now, token));

    private static async Task EachAsync(Func<TestStore, Task> prepare, Func<RecordWriter, DatasetFiles, CancellationToken, Task> act, bool again = false)
    {
        var calls = 0;
        for (var death = 1; ; death++)
        {
            var died = false;
            foreach (var after in new[] { false, true })
            {
                await using var store = new TestStore(Backend.Memory);
                await prepare(store);
                var head = await HeadAsync(store);
                var life = new Life(death, after);
                var records = new DyingRecordStore(store.Records, life.Before, life.After);
                var files = new DatasetFiles(new ChunkStore(new DyingBlobStore(store.Blobs, life.Before, life.After)), new DataOptions { Compression = Compression.None }, null);
                try
                {
                    await act(new RecordWriter(records, new Somebody(), store.Time), files, default);
                }
                catch (MLOpsException) when (life.IsOver)
                {
                    died = true;
                }

                await CheckAsync(store, head, $"dead at call {death}{(after ? " when it had happened" : "")}: {life.Last}");
                if (again && died) await act(store.Writer, store.NewFiles(), default);
                calls = Math.Max(calls, life.Calls);
            }

            if (!died) break;
        }

        TestContext.Out.WriteLine($"{calls} calls");
        Assert.That(calls, Is.GreaterThan(5), "too little was done to die at");
    }

    private static async Task CheckAsync(TestStore store, string? before, string story)
    {
        var data = store.NewDatasets();
        var head = await HeadAsync(store);
        Assert.That(head is not null || before is null, story);
        await foreach (var dataset in data.ListAsync())
            foreach (var id in dataset.Branches.Values)
                await foreach (var file in data.FilesAsync(await data.ResolveAsync(id)))
                {
                    await using var stream = await data.OpenAsync(await data.ResolveAsync(id), file.Path);
                    await stream.CopyToAsync(Stream.Null);
                }

        var upkeep = store.NewUpkeep();
        Assert.That((await upkeep.VerifyAsync()).IsSound, Is.True, story);
        await upkeep.CollectAsync(s_now);
        var plan = await upkeep.PlanCollectionAsync();
        Assert.That((plan.UnneededPacks, plan.SparsePacks, plan.UnneededVersions.Count), Is.EqualTo((0, 0, 0)), $"a collector removes the rest; {story}");
        Assert.That((await upkeep.VerifyAsync()).IsSound, Is.True, story);
        Assert.That(await HeadAsync(store), Is.EqualTo(head), story);
    }

    private static async Task<string?> HeadAsync(TestStore store) =>
        (await store.NewDatasets().ListAsync().ToListAsync()).FirstOrDefault(d => d.Name == "bike")?.Head;

    private static DatasetChange Change(int seed) => DatasetChange.Whole().Put("a", Bytes(seed, 300_000)).PutText("b/c", $"{seed}").PutText("same", "same");

    private static byte[] Bytes(int seed, int length) => ChunkCutterTests.Bytes(seed, length);

    private sealed class Somebody : IActorProvider
    {
        public string Actor => "somebody";
    }

    /// <summary>Counts calls; at one of them it ends, and no later one gets through.</summary>
    private sealed class Life(int death, bool after)
    {
        private int _calls;

        public int Calls => _calls;

        public bool IsOver { get; private set; }

        public string Last { get; private set; } = "";

        public bool Before(string call)
        {
            if (IsOver) return true;
            if (Interlocked.Increment(ref _calls) != death) return false;
            Last = call;
            return IsOver = !after;
        }

        public bool After(string call) => IsOver || (after && call == Last && (IsOver = true));
    }
}
