using System.Globalization;
using MLOps.Storage;

namespace MLOps.Testing;

public sealed partial class RecordStoreConformance
{
    [Law]
    private static async Task Of_64_concurrent_commits_that_expect_one_version_exactly_one_wins(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        await OneWinsEachVersionAsync([store], ct).ConfigureAwait(false);
    }

    [Law(Needs = nameof(SharesBetweenInstances))]
    private static async Task Of_64_concurrent_commits_from_two_instances_exactly_one_wins(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        IRecordStore[] stores = [await on.OpenAsync().ConfigureAwait(false), await on.OpenAsync().ConfigureAwait(false)];
        await OneWinsEachVersionAsync(stores, ct).ConfigureAwait(false);
    }

    [Law(Needs = nameof(SharesBetweenInstances))]
    private static async Task A_second_instance_sees_every_commit_that_returned(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var (first, second) = (await on.OpenAsync().ConfigureAwait(false), await on.OpenAsync().ConfigureAwait(false));
        for (var i = 1; i <= 20; i++)
        {
            var (writer, reader) = i % 2 == 0 ? (first, second) : (second, first);
            await CommitAsync(writer, ct, Put("a", $"{i}", i - 1, ("n", i))).ConfigureAwait(false);
            Check.Equal($"{i}", await TextAsync(reader, "a", ct).ConfigureAwait(false), "the document seen by the other instance");
            Check.Sequence(["a"], await IdsAsync(reader, ct, Filter.Equal("n", i)).ConfigureAwait(false), "the records found by the other instance");
        }
    }

    [Law]
    private static async Task Concurrent_read_and_write_cycles_lose_no_update(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        await CommitAsync(store, ct, Put("counter", "0")).ConfigureAwait(false);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(IncrementAsync, ct))).ConfigureAwait(false);
        Check.Equal("64", await TextAsync(store, "counter", ct).ConfigureAwait(false), "the counter after 8 writers raised it 8 times each");

        async Task IncrementAsync()
        {
            for (var done = 0; done < 8;)
            {
                var record = await store.GetAsync(Key("counter"), ct).ConfigureAwait(false);
                var next = int.Parse(record!.Json.Span, CultureInfo.InvariantCulture) + 1;
                if (await TryCommitAsync(store, ct, Put("counter", $"{next}", record.Version)).ConfigureAwait(false)) done++;
            }
        }
    }

    [Law]
    private static async Task Two_commits_that_each_check_what_the_other_writes_never_both_succeed(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        for (var i = 0; i < 16; i++)
        {
            var (left, right) = ($"left-{i}", $"right-{i}");
            await CommitAsync(store, ct, Put(left), Put(right)).ConfigureAwait(false);
            var won = await Task.WhenAll(
                Task.Run(() => TryCommitAsync(store, ct, new RecordCheck(Key(left), 1), Put(right, expected: 1)), ct),
                Task.Run(() => TryCommitAsync(store, ct, new RecordCheck(Key(right), 1), Put(left, expected: 1)), ct)).ConfigureAwait(false);
            Check.Equal(1, won.Count(w => w), "the number of winners of two commits that exclude each other");
        }
    }

    [Law]
    private static async Task A_query_never_sees_half_a_commit(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        var writer = Task.Run(WriteAsync, ct);
        do
        {
            var page = await store.QueryAsync(new RecordQuery(Things) { OrderBy = "n" }, ct).ConfigureAwait(false);
            Check.That(page.Records.Count is 0 or 8, $"A query saw {page.Records.Count} of the 8 records of one commit.");
            Check.That(page.Records.Select(r => r.Version).Distinct().Count() <= 1, "A query saw records of two commits that each wrote all of them.");
            Check.That(page.Records.All(r => r.Fields["n"].Number == r.Version && r.Json.Span.SequenceEqual(Utf8($"{r.Version}"))), "A query saw a record whose document, fields and version belong to different commits.");
        }
        while (!writer.IsCompleted);
        await writer.ConfigureAwait(false);

        async Task WriteAsync()
        {
            for (var i = 1; i <= 50; i++)
                await CommitAsync(store, ct, [.. Enumerable.Range(0, 8).Select(r => Put($"r{r}", $"{i}", i - 1, ("n", i)))]).ConfigureAwait(false);
        }
    }

    private static async Task OneWinsEachVersionAsync(IRecordStore[] stores, CancellationToken ct)
    {
        for (var version = 0L; version < 4; version++)
        {
            var expected = version;
            var won = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Task.Run(
                () => TryCommitAsync(stores[i % stores.Length], ct, new RecordCheck(Key("bystander"), 0), Put("a", $"{i}", expected), Put($"trace-{expected}-{i}")), ct))).ConfigureAwait(false);
            Check.Equal(1, won.Count(w => w), $"the number of winners of version {version + 1}");
            var winner = Array.IndexOf(won, true);
            foreach (var store in stores)
            {
                var record = await store.GetAsync(Key("a"), ct).ConfigureAwait(false);
                Check.Equal(version + 1, record?.Version, "the version after the race");
                Check.SameBytes(Utf8($"{winner}"), record!.Json, "the document of the winner");
                Check.Sequence([$"trace-{version}-{winner}"], await IdsAsync(store, ct, Filter.Like(RecordQuery.Id, $"trace-{version}-%")).ConfigureAwait(false), "what the commits left besides");
            }
        }
    }
}
