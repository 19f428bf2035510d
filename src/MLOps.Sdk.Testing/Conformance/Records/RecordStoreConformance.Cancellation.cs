using MLOps.Storage;

namespace MLOps.Testing;

public sealed partial class RecordStoreConformance
{
    [Law]
    private static async Task A_token_cancelled_before_the_call_stops_it_and_leaves_nothing(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        var cancelled = new CancellationToken(true);
        await Check.ThrowsAsync<OperationCanceledException>(() => CommitAsync(store, cancelled, Put("a")), "A cancelled commit").ConfigureAwait(false);
        await Check.ThrowsAsync<OperationCanceledException>(async () => await store.GetAsync(Key("a"), cancelled).ConfigureAwait(false), "A cancelled get").ConfigureAwait(false);
        await Check.ThrowsAsync<OperationCanceledException>(async () => await store.QueryAsync(new RecordQuery(Things), cancelled).ConfigureAwait(false), "A cancelled query").ConfigureAwait(false);
        Check.Sequence([], await IdsAsync(store, ct).ConfigureAwait(false), "the records after a cancelled commit");
    }

    [Law]
    private static async Task A_commit_cancelled_on_its_way_is_made_whole_or_not_at_all_and_says_which(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        for (var round = 0; round < 24; round++)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
            var prefix = $"{round:D2}-";
            var commit = Task.Run(() => CommitAsync(store, stop.Token, [.. Enumerable.Range(0, 20 * round + 1).Select(i => Put(prefix + i, "{}", 0, ("f", i)))]), CancellationToken.None);
            if (round % 3 != 0) await Task.Yield();
            await stop.CancelAsync().ConfigureAwait(false);
            var made = true;
            try
            {
                await commit.ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                made = false;
            }

            var found = (await IdsAsync(store, ct, Filter.Like(RecordQuery.Id, prefix + "%")).ConfigureAwait(false)).Count;
            Check.Equal(made ? 20 * round + 1 : 0, found, $"the records of a commit that {(made ? "returned" : "was cancelled")}");
        }
    }

    [Law(Needs = nameof(SurvivesReopening))]
    private static async Task What_was_committed_is_there_after_reopening(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        await CommitAsync(store, ct, Put("a", """{ "kept" : 1.0 }""", null, ("n", 1.5), ("t", "é😀")), Put("gone")).ConfigureAwait(false);
        var last = await CommitAsync(store, ct, new RecordDelete(Key("gone")), Put("b")).ConfigureAwait(false);
        store = await on.ReopenAsync(store).ConfigureAwait(false);
        Check.Equal("""{ "kept" : 1.0 }""", await TextAsync(store, "a", ct).ConfigureAwait(false), "the document after reopening");
        Check.Sequence(["a"], await IdsAsync(store, ct, Filter.And(Filter.Equal("n", 1.5), Filter.Equal("t", "é😀"))).ConfigureAwait(false), "the records found by fields after reopening");
        Check.Sequence(["a", "b"], await IdsAsync(store, ct).ConfigureAwait(false), "the records after reopening");
        var (latest, _) = await WatchUntilAsync(store, 0, [], latest => latest.Count == 3, ct).ConfigureAwait(false);
        Check.That(latest[Key("gone")] is { Record: null, Version: 2 }, "A watch after reopening does not know the deletion.");
        var next = await CommitAsync(store, ct, Put("gone", expected: 0)).ConfigureAwait(false);
        Check.Sequence([3L], next.Versions, "the version of a record that was deleted before reopening");
        Check.That(next.Position > last.Position, "Positions went back after reopening.");
    }
}
