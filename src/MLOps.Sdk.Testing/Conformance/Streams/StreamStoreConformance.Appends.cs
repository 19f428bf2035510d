using MLOps.Storage;

namespace MLOps.Testing;

public sealed partial class StreamStoreConformance
{
    [Law]
    private static async Task Blocks_stand_at_positions_0_1_2_and_are_read_from_any_of_them(StoreUnderTest<IStreamStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        Check.That(await store.StatAsync("s", ct).ConfigureAwait(false) is null, "A stream exists before its first block.");
        Check.Sequence([], await TextsAsync(store, "s", ct).ConfigureAwait(false), "the blocks of a stream that does not exist");
        for (var i = 0; i < 5; i++)
        {
            await AppendAsync(store, ct, Block("s", i, $"b{i}")).ConfigureAwait(false);
            Check.Equal(new StreamInfo("s", 0, i + 1), await store.StatAsync("s", ct).ConfigureAwait(false), "what is known of the stream");
        }

        await AppendAsync(store, ct, Block("s", 5, "b5"), Block("s", 6, "b6")).ConfigureAwait(false);
        for (var from = 0; from <= 8; from++)
            Check.Sequence(Enumerable.Range(0, 7).Where(i => i >= from).Select(i => $"{i}:b{i}"), await TextsAsync(store, "s", ct, from).ConfigureAwait(false), $"the blocks from {from}");
        Check.Sequence([], await TextsAsync(store, "s", ct, long.MaxValue - 1).ConfigureAwait(false), "the blocks from far beyond the end");
        Check.Sequence([], await TextsAsync(store, "S", ct).ConfigureAwait(false), "the blocks of a stream whose name differs by case");
    }

    [Law]
    private static async Task Blocks_are_read_as_their_exact_bytes(StoreUnderTest<IStreamStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        byte[][] blocks = [[0], [0xFF], [0, 0, 0], [.. Enumerable.Range(0, 256).Select(i => (byte)i)], "\r\n\0"u8.ToArray(), new byte[100_000]];
        new Random(7).NextBytes(blocks[^1]);
        await AppendAsync(store, ct, [.. blocks.Select((b, i) => new StreamAppend("s", i, b))]).ConfigureAwait(false);
        var read = await BlocksAsync(store, "s", ct).ConfigureAwait(false);
        Check.Equal(blocks.Length, read.Count, "the number of blocks");
        for (var i = 0; i < blocks.Length; i++) Check.SameBytes(blocks[i], read[i].Bytes, $"block {i}");
        var reused = new byte[] { 1, 2, 3 };
        await AppendAsync(store, ct, new StreamAppend("reused", 0, reused)).ConfigureAwait(false);
        reused.AsSpan().Clear();
        Check.SameBytes(new byte[] { 1, 2, 3 }, (await BlocksAsync(store, "reused", ct).ConfigureAwait(false))[0].Bytes, "a block after the caller reused its buffer");
    }

    [Law]
    private static async Task A_replay_succeeds_and_changes_nothing(StoreUnderTest<IStreamStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        StreamAppend[] appends = [Block("s", 0, "a"), Block("t", 0, "x"), Block("s", 1, "b")];
        await AppendAsync(store, ct, appends).ConfigureAwait(false);
        for (var i = 0; i < 3; i++) await AppendAsync(store, ct, appends).ConfigureAwait(false);
        await AppendAsync(store, ct, Block("s", 0, "a")).ConfigureAwait(false);
        Check.Sequence(["0:a", "1:b"], await TextsAsync(store, "s", ct).ConfigureAwait(false), "the blocks after replays");
        Check.Sequence(["0:x"], await TextsAsync(store, "t", ct).ConfigureAwait(false), "the blocks of the other stream after replays");
    }

    [Law]
    private static async Task A_replay_that_goes_on_writes_only_what_is_new(StoreUnderTest<IStreamStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        await AppendAsync(store, ct, Block("s", 0, "a"), Block("s", 1, "b")).ConfigureAwait(false);
        await AppendAsync(store, ct, Block("s", 1, "b"), Block("s", 2, "c"), Block("t", 0, "x"), Block("s", 3, "d")).ConfigureAwait(false);
        Check.Sequence(["0:a", "1:b", "2:c", "3:d"], await TextsAsync(store, "s", ct).ConfigureAwait(false), "the blocks after a partial replay");
        Check.Sequence(["0:x"], await TextsAsync(store, "t", ct).ConfigureAwait(false), "the blocks of the other stream");
    }

    [Law]
    private static async Task Anything_else_is_a_conflict_that_names_the_stream_and_changes_nothing(StoreUnderTest<IStreamStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        await AppendAsync(store, ct, Block("s", 0, "a"), Block("s", 1, "b")).ConfigureAwait(false);
        StreamAppend[][] wrong =
        [
            [Block("s", 3, "x")], [Block("s", 0, "x")], [Block("s", 1, "B")], [Block("s", 1, "bb")], [Block("s", 1, "b"), Block("s", 2, "c"), Block("t", 1, "x")], [Block("s", 0, "a"), Block("s", 1, "x"), Block("s", 2, "c")],
            [Block("new", 1, "x")], [Block("s", 100_000_000_000, "x")],
        ];
        foreach (var appends in wrong)
        {
            var error = await Check.ThrowsAsync<MLOpsConflictException>(() => AppendAsync(store, ct, appends), $"An append to '{appends[^1].Stream}' at {appends[^1].Position}").ConfigureAwait(false);
            var failed = appends.Any(a => a.Stream == "t") ? "t" : appends[0].Stream;
            Check.Sequence([failed], error.Subjects, "the subjects of the conflict");
            Check.Sequence(["0:a", "1:b"], await TextsAsync(store, "s", ct).ConfigureAwait(false), "the blocks after a conflict");
            Check.Sequence(["s"], (await ListAsync(store, "", ct).ConfigureAwait(false)).Select(i => i.Name), "the streams after a conflict");
        }
    }

    [Law]
    private static async Task One_conflicting_stream_fails_the_append_on_all_wherever_it_stands(StoreUnderTest<IStreamStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        await AppendAsync(store, ct, Block("old", 0, "a"), Block("taken", 0, "a")).ConfigureAwait(false);
        for (var place = 0; place < 3; place++)
        {
            List<StreamAppend> appends = [Block("old", 1, "b"), Block("new", 0, "x")];
            appends.Insert(place, Block("taken", 0, "other"));
            var error = await Check.ThrowsAsync<MLOpsConflictException>(() => AppendAsync(store, ct, [.. appends]), "An append with one conflicting stream").ConfigureAwait(false);
            Check.Sequence(["taken"], error.Subjects, "the subjects of the conflict");
            Check.Sequence([new("old", 0, 1), new("taken", 0, 1)], await ListAsync(store, "", ct).ConfigureAwait(false), "the streams after the failed append");
        }

        var both = await Check.ThrowsAsync<MLOpsConflictException>(() => AppendAsync(store, ct, Block("taken", 0, "other"), Block("old", 7, "x"), Block("new", 0, "x")), "An append with two conflicting streams").ConfigureAwait(false);
        Check.That(both.Subjects.Contains("taken") || both.Subjects.Contains("old"), "A conflict names no stream that failed.");
    }

    [Law]
    private static async Task One_append_takes_10000_blocks_on_many_streams(StoreUnderTest<IStreamStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        var appends = Enumerable.Range(0, 10_000).Select(i => Block($"m{i % 100:D2}", i / 100, $"{i}")).ToArray();
        await AppendAsync(store, ct, appends).ConfigureAwait(false);
        Check.Sequence(Enumerable.Range(0, 100).Select(i => new StreamInfo($"m{i:D2}", 0, 100)), await ListAsync(store, "", ct).ConfigureAwait(false), "the streams");
        Check.Sequence(Enumerable.Range(0, 100).Select(i => $"{i}:{i * 100 + 42}"), await TextsAsync(store, "m42", ct).ConfigureAwait(false), "the blocks of one stream");
        await Check.ThrowsAsync<MLOpsInvalidException>(() => AppendAsync(store, ct, [.. appends, Block("more", 0, "x")]), "An append of 10,001 blocks").ConfigureAwait(false);
        await AppendAsync(store, ct).ConfigureAwait(false);
    }

    [Law]
    private static async Task Of_64_concurrent_writers_to_one_position_exactly_one_wins(StoreUnderTest<IStreamStore> on, CancellationToken ct) =>
        await OneWinsEachPositionAsync([await on.OpenAsync().ConfigureAwait(false)], ct).ConfigureAwait(false);

    [Law(Needs = nameof(SharesBetweenInstances))]
    private static async Task Of_64_concurrent_writers_on_two_instances_exactly_one_wins(StoreUnderTest<IStreamStore> on, CancellationToken ct) =>
        await OneWinsEachPositionAsync([await on.OpenAsync().ConfigureAwait(false), await on.OpenAsync().ConfigureAwait(false)], ct).ConfigureAwait(false);

    [Law]
    private static async Task Two_appends_that_cross_on_two_streams_never_both_succeed(StoreUnderTest<IStreamStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        for (var i = 0; i < 16; i++)
        {
            var position = i;
            var won = await Task.WhenAll(
                Task.Run(() => TryAppendAsync(store, ct, Block("left", position, "a"), Block("right", position, "a")), ct),
                Task.Run(() => TryAppendAsync(store, ct, Block("right", position, "b"), Block("left", position, "b")), ct)).ConfigureAwait(false);
            Check.Equal(1, won.Count(w => w), "the number of winners");
        }

        Check.Sequence(await TextsAsync(store, "left", ct).ConfigureAwait(false), await TextsAsync(store, "right", ct).ConfigureAwait(false), "the two streams, always written together");
    }

    private static async Task OneWinsEachPositionAsync(IStreamStore[] stores, CancellationToken ct)
    {
        for (var position = 0; position < 4; position++)
        {
            var at = position;
            var won = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Task.Run(
                () => TryAppendAsync(stores[i % stores.Length], ct, Block($"trace-{at}-{i}", 0, "x"), Block("s", at, $"{i}")), ct))).ConfigureAwait(false);
            Check.Equal(1, won.Count(w => w), $"the number of winners of position {at}");
            var winner = Array.IndexOf(won, true);
            foreach (var store in stores)
            {
                Check.Sequence([$"{at}:{winner}"], await TextsAsync(store, "s", ct, at).ConfigureAwait(false), "the block of the winner");
                Check.Sequence([$"trace-{at}-{winner}"], (await ListAsync(store, $"trace-{at}-", ct).ConfigureAwait(false)).Select(i => i.Name), "what the appends left besides");
            }
        }
    }
}
