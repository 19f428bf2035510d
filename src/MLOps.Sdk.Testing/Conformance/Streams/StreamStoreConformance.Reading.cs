using MLOps.Storage;

namespace MLOps.Testing;

public sealed partial class StreamStoreConformance
{
    [Law]
    private static async Task A_read_ends_where_the_stream_ended_when_it_began(StoreUnderTest<IStreamStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        await AppendAsync(store, ct, [.. Enumerable.Range(0, 300).Select(i => Block("s", i, $"b{i}"))]).ConfigureAwait(false);
        var read = new List<long>();
        var next = 300L;
        await foreach (var block in store.ReadAsync("s", 0, ct).ConfigureAwait(false))
        {
            read.Add(block.Position);
            if (read.Count % 50 == 1) await AppendAsync(store, ct, Block("s", next, "late"), Block("s", ++next, "late")).ConfigureAwait(false);
            if (read.Count % 50 == 1) next++;
        }

        Check.Sequence(Enumerable.Range(0, 300).Select(i => (long)i), read, "the positions read while others append");
    }

    [Law]
    private static async Task A_reader_never_sees_half_an_append(StoreUnderTest<IStreamStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        var writer = Task.Run(
            async () =>
            {
                for (var i = 0; i < 50; i++) await AppendAsync(store, ct, Block("s", i * 4, "a"), Block("s", i * 4 + 1, "b"), Block("s", i * 4 + 2, "c"), Block("s", i * 4 + 3, "d")).ConfigureAwait(false);
            },
            ct);
        do
        {
            var read = await TextsAsync(store, "s", ct).ConfigureAwait(false);
            Check.That(read.Count % 4 == 0, $"A reader saw {read.Count} blocks, which are always appended four at a time.");
            var next = (await store.StatAsync("s", ct).ConfigureAwait(false))?.Next ?? 0;
            Check.That(next % 4 == 0 && next >= read.Count, $"The next position {next} is that of half an append or goes back.");
        }
        while (!writer.IsCompleted);
        await writer.ConfigureAwait(false);
        Check.Equal(200, (await TextsAsync(store, "s", ct).ConfigureAwait(false)).Count, "the number of blocks in the end");
    }

    [Law]
    private static async Task Truncation_drops_the_blocks_before_a_position_and_none_is_used_twice(StoreUnderTest<IStreamStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        await AppendAsync(store, ct, [.. Enumerable.Range(0, 6).Select(i => Block("s", i, $"b{i}")), Block("t", 0, "x")]).ConfigureAwait(false);
        await store.TruncateAsync("s", 0, ct).ConfigureAwait(false);
        Check.Equal(new StreamInfo("s", 0, 6), await store.StatAsync("s", ct).ConfigureAwait(false), "the stream after a truncation before 0");
        await store.TruncateAsync("s", 2, ct).ConfigureAwait(false);
        Check.Sequence(["2:b2", "3:b3", "4:b4", "5:b5"], await TextsAsync(store, "s", ct).ConfigureAwait(false), "the blocks after a truncation before 2");
        Check.Sequence(["4:b4", "5:b5"], await TextsAsync(store, "s", ct, 4).ConfigureAwait(false), "the blocks from 4 after a truncation");
        await store.TruncateAsync("s", 1, ct).ConfigureAwait(false);
        Check.Equal(new StreamInfo("s", 2, 6), await store.StatAsync("s", ct).ConfigureAwait(false), "the stream after a truncation at an earlier position");
        await Check.ThrowsAsync<MLOpsConflictException>(() => AppendAsync(store, ct, Block("s", 1, "b1")), "An append at a truncated position").ConfigureAwait(false);
        await store.TruncateAsync("s", 1000, ct).ConfigureAwait(false);
        Check.Equal(new StreamInfo("s", 6, 6), await store.StatAsync("s", ct).ConfigureAwait(false), "the stream after a truncation beyond its end");
        Check.Sequence([], await TextsAsync(store, "s", ct).ConfigureAwait(false), "the blocks of an emptied stream");
        Check.That(!await TryAppendAsync(store, ct, Block("s", 0, "again")).ConfigureAwait(false), "A position was used twice.");
        await AppendAsync(store, ct, Block("s", 6, "b6")).ConfigureAwait(false);
        Check.Sequence(["6:b6"], await TextsAsync(store, "s", ct).ConfigureAwait(false), "the blocks after the stream went on");
        Check.Sequence([new("s", 6, 7), new("t", 0, 1)], await ListAsync(store, "", ct).ConfigureAwait(false), "the streams");
        await store.TruncateAsync("t", long.MaxValue, ct).ConfigureAwait(false);
        Check.Equal(new StreamInfo("t", 1, 1), await store.StatAsync("t", ct).ConfigureAwait(false), "the stream after a truncation of everything");
        await store.TruncateAsync("missing", 5, ct).ConfigureAwait(false);
        Check.That(await store.StatAsync("missing", ct).ConfigureAwait(false) is null, "The truncation of a stream that does not exist made it.");
    }

    [Law]
    private static async Task Streams_are_listed_by_prefix_in_UTF8_order(StoreUnderTest<IStreamStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        var names = new[] { "a", "A", "a/b", "a-b", "a.b", "a%", "a_", "ab", "a\\", "b", "é", "\u0001", "\uD7FF", "\uE000", "\uFFFF", "😀", "😀/x", "../x", "'; --", new string('n', 512), new string('é', 256) }
            .Order(Comparer<string>.Create(FieldValue.CompareUtf8)).ToList();
        var shuffled = names.ToArray();
        new Random(3).Shuffle(shuffled);
        foreach (var name in shuffled) await AppendAsync(store, ct, Block(name, 0, name)).ConfigureAwait(false);
        foreach (var prefix in new[] { "", "a", "A", "a%", "a_", "a\\", "a/", "b", "é", "😀", "\uFFFF", "'", "nothing", "ab", "../" })
            Check.Sequence(names.Where(n => n.StartsWith(prefix, StringComparison.Ordinal)), (await ListAsync(store, prefix, ct).ConfigureAwait(false)).Select(i => i.Name), $"the streams that begin with '{prefix}'");
        foreach (var name in names) Check.Sequence([$"0:{name}"], await TextsAsync(store, name, ct).ConfigureAwait(false), "the block of a stream with an odd name");
    }

    [Law]
    private static async Task Broken_input_is_refused_and_changes_nothing(StoreUnderTest<IStreamStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        foreach (var name in new[] { null!, "", "a\0", "\ud800", "x\udc00", new string('n', 513), new string('é', 257), new string('x', 10 * 1024 * 1024) })
        {
            var error = await Check.ThrowsAsync<MLOpsInvalidException>(() => AppendAsync(store, ct, Block("ok", 0, "x"), Block(name, 0, "x")), "An append to a broken name").ConfigureAwait(false);
            Check.That(error.Message.Length < 1000, "The message repeats a huge name.");
            await Check.ThrowsAsync<MLOpsInvalidException>(() => BlocksAsync(store, name, ct), "A read of a broken name").ConfigureAwait(false);
            await Check.ThrowsAsync<MLOpsInvalidException>(async () => await store.StatAsync(name, ct).ConfigureAwait(false), "A stat of a broken name").ConfigureAwait(false);
            await Check.ThrowsAsync<MLOpsInvalidException>(async () => await store.TruncateAsync(name, 1, ct).ConfigureAwait(false), "A truncation of a broken name").ConfigureAwait(false);
        }

        StreamAppend[][] broken =
        [
            [Block("s", -1, "x")], [Block("s", 0, "")], [Block("ok", 0, "x"), null!], [Block("s", 0, "x"), Block("s", 2, "x")], [Block("s", 0, "x"), Block("s", 0, "x")], [Block("s", 1, "x"), Block("s", 0, "x")],
            [new StreamAppend("s", 0, new byte[MaxBlock + 1])],
        ];
        foreach (var appends in broken) await Check.ThrowsAsync<MLOpsInvalidException>(() => AppendAsync(store, ct, appends), $"A broken append of {appends.Length} blocks").ConfigureAwait(false);
        await Check.ThrowsAsync<MLOpsInvalidException>(() => BlocksAsync(store, "s", ct, -1), "A read from position -1").ConfigureAwait(false);
        await Check.ThrowsAsync<MLOpsInvalidException>(async () => await store.TruncateAsync("s", -1, ct).ConfigureAwait(false), "A truncation before position -1").ConfigureAwait(false);
        Check.Sequence([], await ListAsync(store, "", ct).ConfigureAwait(false), "the streams after refused appends");
    }

    [Law]
    private static async Task A_block_of_16_MiB_is_kept(StoreUnderTest<IStreamStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        var bytes = new byte[MaxBlock];
        new Random(11).NextBytes(bytes);
        await AppendAsync(store, ct, new StreamAppend("s", 0, bytes)).ConfigureAwait(false);
        Check.SameBytes(bytes, (await BlocksAsync(store, "s", ct).ConfigureAwait(false))[0].Bytes, "the block");
    }

    [Law]
    private static async Task A_token_cancelled_before_the_call_stops_it_and_leaves_nothing(StoreUnderTest<IStreamStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        await AppendAsync(store, ct, Block("s", 0, "a")).ConfigureAwait(false);
        var cancelled = new CancellationToken(true);
        await Check.ThrowsAsync<OperationCanceledException>(() => AppendAsync(store, cancelled, Block("s", 1, "b")), "A cancelled append").ConfigureAwait(false);
        await Check.ThrowsAsync<OperationCanceledException>(() => BlocksAsync(store, "s", cancelled), "A cancelled read").ConfigureAwait(false);
        await Check.ThrowsAsync<OperationCanceledException>(async () => await store.StatAsync("s", cancelled).ConfigureAwait(false), "A cancelled stat").ConfigureAwait(false);
        await Check.ThrowsAsync<OperationCanceledException>(() => ListAsync(store, "", cancelled), "A cancelled list").ConfigureAwait(false);
        await Check.ThrowsAsync<OperationCanceledException>(async () => await store.TruncateAsync("s", 1, cancelled).ConfigureAwait(false), "A cancelled truncation").ConfigureAwait(false);
        Check.Sequence(["0:a"], await TextsAsync(store, "s", ct).ConfigureAwait(false), "the blocks after cancelled calls");
    }

    [Law]
    private static async Task An_append_cancelled_on_its_way_is_made_whole_or_not_at_all_and_says_which(StoreUnderTest<IStreamStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        for (var round = 0; round < 24; round++)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
            var (prefix, count) = ($"{round:D2}-", 20 * round + 1);
            var append = Task.Run(() => AppendAsync(store, stop.Token, [.. Enumerable.Range(0, count).Select(i => Block($"{prefix}{i:D4}", 0, "x"))]), CancellationToken.None);
            if (round % 3 != 0) await Task.Yield();
            await stop.CancelAsync().ConfigureAwait(false);
            var made = true;
            try
            {
                await append.ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                made = false;
            }

            Check.Equal(made ? count : 0, (await ListAsync(store, prefix, ct).ConfigureAwait(false)).Count, $"the streams of an append that {(made ? "returned" : "was cancelled")}");
        }
    }

    [Law]
    private static async Task A_read_and_a_list_end_with_their_token(StoreUnderTest<IStreamStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        await AppendAsync(store, ct, [.. Enumerable.Range(0, 5_000).Select(i => Block("s", i, "x"))]).ConfigureAwait(false);
        await AppendAsync(store, ct, [.. Enumerable.Range(0, 5_000).Select(i => Block($"t{i}", 0, "x"))]).ConfigureAwait(false);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await Check.ThrowsAsync<OperationCanceledException>(
            async () =>
            {
                await foreach (var block in store.ReadAsync("s", 0, stop.Token).ConfigureAwait(false)) await stop.CancelAsync().ConfigureAwait(false);
            },
            "A read of 5,000 blocks whose token was cancelled at the first").ConfigureAwait(false);
        using var again = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await Check.ThrowsAsync<OperationCanceledException>(
            async () =>
            {
                await foreach (var info in store.ListAsync("t", again.Token).ConfigureAwait(false)) await again.CancelAsync().ConfigureAwait(false);
            },
            "A list of 5,000 streams whose token was cancelled at the first").ConfigureAwait(false);
    }

    [Law(Needs = nameof(SharesBetweenInstances))]
    private static async Task A_second_instance_sees_every_append_that_returned(StoreUnderTest<IStreamStore> on, CancellationToken ct)
    {
        var (first, second) = (await on.OpenAsync().ConfigureAwait(false), await on.OpenAsync().ConfigureAwait(false));
        for (var i = 0; i < 20; i++)
        {
            var (writer, reader) = i % 2 == 0 ? (first, second) : (second, first);
            await AppendAsync(writer, ct, Block("s", i, $"b{i}")).ConfigureAwait(false);
            Check.Sequence([$"{i}:b{i}"], await TextsAsync(reader, "s", ct, i).ConfigureAwait(false), "the block seen by the other instance");
        }

        await first.TruncateAsync("s", 10, ct).ConfigureAwait(false);
        Check.Equal(new StreamInfo("s", 10, 20), await second.StatAsync("s", ct).ConfigureAwait(false), "the stream seen by the other instance after a truncation");
    }

    [Law(Needs = nameof(SurvivesReopening))]
    private static async Task What_was_appended_is_there_after_reopening(StoreUnderTest<IStreamStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        await AppendAsync(store, ct, Block("s", 0, "a"), Block("s", 1, "b"), Block("é😀", 0, "x"), Block("emptied", 0, "x")).ConfigureAwait(false);
        await store.TruncateAsync("s", 1, ct).ConfigureAwait(false);
        await store.TruncateAsync("emptied", 1, ct).ConfigureAwait(false);
        store = await on.ReopenAsync(store).ConfigureAwait(false);
        Check.Sequence([new("emptied", 1, 1), new("s", 1, 2), new("é😀", 0, 1)], await ListAsync(store, "", ct).ConfigureAwait(false), "the streams after reopening");
        Check.Sequence(["1:b"], await TextsAsync(store, "s", ct).ConfigureAwait(false), "the blocks after reopening");
        await AppendAsync(store, ct, Block("s", 1, "b"), Block("s", 2, "c")).ConfigureAwait(false);
        Check.Sequence(["1:b", "2:c"], await TextsAsync(store, "s", ct).ConfigureAwait(false), "the blocks after a replay that goes on after reopening");
    }
}
