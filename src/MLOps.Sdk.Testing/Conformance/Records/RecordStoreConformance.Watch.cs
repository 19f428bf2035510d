using MLOps.Storage;

namespace MLOps.Testing;

public sealed partial class RecordStoreConformance
{
    [Law]
    private static async Task A_watch_from_0_reports_every_latest_state_with_deletions_in_order(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        await CommitAsync(store, ct, Put("a", "1", null, ("f", 1)), Put("b", "1")).ConfigureAwait(false);
        await CommitAsync(store, ct, Put("a", "2", null, ("f", 2))).ConfigureAwait(false);
        var deletion = await CommitAsync(store, ct, new RecordDelete(Key("b"))).ConfigureAwait(false);
        var last = await CommitAsync(store, ct, Put("c", "3")).ConfigureAwait(false);
        var (latest, positions) = await WatchUntilAsync(store, 0, [], latest => latest.ContainsKey(Key("c")), ct).ConfigureAwait(false);
        Check.Sequence(["things/a 2", "things/b 2", "things/c 1"], latest.Values.Select(c => $"{c.Key} {c.Version}").Order(StringComparer.Ordinal), "the latest states");
        Check.SameBytes(Utf8("2"), latest[Key("a")].Record!.Json, "the document in the change");
        Check.Equal(2, latest[Key("a")].Record!.Version, "the version in the change's record");
        Check.Equal((FieldValue)2, latest[Key("a")].Record!.Fields["f"], "the field in the change");
        Check.That(latest[Key("b")].Record is null, "A deletion was reported with a record.");
        Check.Equal(deletion.Position, latest[Key("b")].Position, "the position of the deletion");
        Check.Equal(last.Position, latest[Key("c")].Position, "the position of the last commit");
        Check.Sequence(positions.Order(), positions, "the positions in the order they were reported");
    }

    [Law]
    private static async Task A_watch_from_a_position_reports_all_that_came_after_it(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        var first = await CommitAsync(store, ct, Put("a", "1"), Put("b", "1")).ConfigureAwait(false);
        var page = await store.QueryAsync(new RecordQuery(Things), ct).ConfigureAwait(false);
        await CommitAsync(store, ct, Put("b", "2")).ConfigureAwait(false);
        await CommitAsync(store, ct, new RecordDelete(Key("a")), Put("c")).ConfigureAwait(false);
        foreach (var after in new[] { first.Position, page.Position })
        {
            var (latest, _) = await WatchUntilAsync(store, after, [], latest => latest.Count == 3, ct).ConfigureAwait(false);
            Check.Sequence(["things/a 2", "things/b 2", "things/c 1"], latest.Values.Select(c => $"{c.Key} {c.Version}").Order(StringComparer.Ordinal), "the changes after the first commit");
        }
    }

    [Law]
    private static async Task A_watch_can_go_on_after_any_change_also_in_the_middle_of_a_commit(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        await CommitAsync(store, ct, Put("a"), Put("b"), Put("c")).ConfigureAwait(false);
        await CommitAsync(store, ct, Put("d")).ConfigureAwait(false);
        var seen = new List<string>();
        var after = 0L;
        while (seen.Count < 4)
        {
            var watch = store.WatchAsync(after, [Things], ct).GetAsyncEnumerator(ct);
            await using var end = watch.ConfigureAwait(false);
            Check.That(await watch.MoveNextAsync().ConfigureAwait(false), "The watch ended by itself.");
            Check.That(watch.Current.Position > after, "A change was reported at a position that was asked to be passed.");
            after = watch.Current.Position;
            seen.Add(watch.Current.Key.Id);
        }

        Check.Sequence(["a", "b", "c", "d"], seen, "the changes, each read by a watch of its own");
    }

    [Law]
    private static async Task A_watch_reports_only_the_collections_it_asked_for(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        await CommitAsync(store, ct, new RecordPut(new("one", "a"), Empty), new RecordPut(new("two", "a"), Empty), new RecordPut(new("three", "a"), Empty)).ConfigureAwait(false);
        await CommitAsync(store, ct, new RecordPut(new("two", "b"), Empty), new RecordPut(new("one", "z"), Empty)).ConfigureAwait(false);
        await CommitAsync(store, ct, new RecordPut(new("three", "z"), Empty)).ConfigureAwait(false);
        var (latest, _) = await WatchUntilAsync(store, 0, ["one", "three"], latest => latest.Count >= 4, ct).ConfigureAwait(false);
        Check.Sequence(["one/a", "one/z", "three/a", "three/z"], latest.Keys.Select(k => k.ToString()).Order(StringComparer.Ordinal), "the records reported");
    }

    [Law]
    private static async Task A_watch_reports_changes_made_while_it_waits(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        await CommitAsync(store, ct, Put("a", "0")).ConfigureAwait(false);
        var watch = store.WatchAsync(0, [Things], ct).GetAsyncEnumerator(ct);
        await using var end = watch.ConfigureAwait(false);
        for (var version = 1L; version <= 10; version++)
        {
            do Check.That(await watch.MoveNextAsync().ConfigureAwait(false), "A watch ended by itself.");
            while (watch.Current.Version < version);
            Check.Equal(version, watch.Current.Version, "the version reported");
            // Half of the changes come before the watcher waits for them, half (most likely) while it does.
            if (version % 2 == 0) await CommitAsync(store, ct, Put("a", "1")).ConfigureAwait(false);
            else _ = Task.Run(() => CommitAsync(store, ct, Put("a", "1")), ct);
        }
    }

    [Law]
    private static async Task A_watch_loses_no_change_of_concurrent_writers(StoreUnderTest<IRecordStore> on, CancellationToken ct) =>
        await LosesNothingAsync([await on.OpenAsync().ConfigureAwait(false)], ct).ConfigureAwait(false);

    [Law(Needs = nameof(SharesBetweenInstances))]
    private static async Task A_watch_loses_no_change_of_concurrent_writers_on_two_instances(StoreUnderTest<IRecordStore> on, CancellationToken ct) =>
        await LosesNothingAsync([await on.OpenAsync().ConfigureAwait(false), await on.OpenAsync().ConfigureAwait(false)], ct).ConfigureAwait(false);

    [Law]
    private static async Task A_watch_that_is_resumed_after_each_change_misses_none(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        for (var i = 0; i < 12; i++) await CommitAsync(store, ct, Put($"{i:D2}")).ConfigureAwait(false);
        var (after, seen) = (0L, new HashSet<string>());
        for (var i = 0; seen.Count < 12; i++)
        {
            Check.That(i < 100, $"After 100 resumptions only {string.Join(", ", seen)} were seen.");
            var change = await FirstAsync(store.WatchAsync(after, [], ct)).ConfigureAwait(false);
            Check.That(change!.Position > after, "A change was reported at or before the position that the watch began after.");
            seen.Add(change.Key.Id);
            after = change.Position;
        }
    }

    [Law]
    private static async Task A_watch_ends_with_its_token_before_while_reading_and_while_waiting(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        await CommitAsync(store, ct, Put("a")).ConfigureAwait(false);
        await Check.ThrowsAsync<OperationCanceledException>(() => FirstAsync(store.WatchAsync(0, [], new CancellationToken(true))), "A watch whose token was cancelled before").ConfigureAwait(false);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var watching = new TaskCompletionSource();
        var watch = Task.Run(
            async () =>
            {
                await foreach (var change in store.WatchAsync(0, [], stop.Token).ConfigureAwait(false)) watching.TrySetResult();
            },
            CancellationToken.None);
        await Task.WhenAny(watching.Task, watch).WaitAsync(ct).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await Check.ThrowsAsync<OperationCanceledException>(() => watch.WaitAsync(ct), "A watch whose token was cancelled while it waited").ConfigureAwait(false);
        Check.That(!ct.IsCancellationRequested, "A watch went on although its token was cancelled.");
    }

    private static async Task LosesNothingAsync(IRecordStore[] stores, CancellationToken ct)
    {
        const int Writers = 4, Commits = 20;
        // Every writer changes a record of its own and one of a shared few, so that commits wait for each other.
        var watch = WatchUntilAsync(stores[^1], 0, [Things], AllThere, ct);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(w => Task.Run(() => WriteAsync(w), ct))).ConfigureAwait(false);
        var (latest, positions) = await watch.ConfigureAwait(false);
        Check.Sequence(positions.Order(), positions, "the positions in the order they were reported");
        foreach (var change in latest.Values)
        {
            var record = await stores[0].GetAsync(change.Key, ct).ConfigureAwait(false);
            Check.That(change.Version <= record!.Version, "A watch reported a version that does not exist.");
        }

        static bool AllThere(Dictionary<RecordKey, RecordChange> latest) =>
            Enumerable.Range(0, Writers).All(w => Enumerable.Range(0, Commits).All(i => latest.ContainsKey(Key($"own-{w}-{i}"))))
            && Enumerable.Range(0, 3).All(s => latest.TryGetValue(Key($"shared-{s}"), out var change) && change.Version == Enumerable.Range(0, Commits).Count(i => i % 3 == s) * Writers);

        async Task WriteAsync(int writer)
        {
            for (var i = 0; i < Commits; i++)
                await CommitAsync(stores[writer % stores.Length], ct, Put($"own-{writer}-{i}"), Put($"shared-{i % 3}")).ConfigureAwait(false);
        }
    }

    private static async Task<(Dictionary<RecordKey, RecordChange> Latest, List<long> Positions)> WatchUntilAsync(
        IRecordStore store, long after, string[] collections, Func<Dictionary<RecordKey, RecordChange>, bool> done, CancellationToken ct)
    {
        var (latest, positions) = (new Dictionary<RecordKey, RecordChange>(), new List<long>());
        await foreach (var change in store.WatchAsync(after, collections, ct).ConfigureAwait(false))
        {
            Check.That(change.Record is null || (change.Record.Version == change.Version && change.Record.Key == change.Key), "A change and its record do not belong together.");
            Check.That(!latest.TryGetValue(change.Key, out var known) || known.Version <= change.Version, "A watch went back to an older version of a record.");
            latest[change.Key] = change;
            positions.Add(change.Position);
            if (done(latest)) break;
        }

        return (latest, positions);
    }
}
