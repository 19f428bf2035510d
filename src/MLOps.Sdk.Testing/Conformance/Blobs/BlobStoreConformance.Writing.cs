using MLOps.Storage;

namespace MLOps.Testing;

public sealed partial class BlobStoreConformance
{
    [Law]
    private static async Task A_blob_is_read_as_its_exact_bytes_also_when_empty_or_20_MB_long(StoreUnderTest<IBlobStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        foreach (var length in new[] { 0, 1, 4096, 65_537, 20_000_000 })
        {
            var (key, bytes) = ($"blobs/{length}", Noise(length));
            await NothingYetAsync(key).ConfigureAwait(false);
            Check.That(await WriteAsync(store, key, bytes, ct, Digest.Of(bytes)).ConfigureAwait(false), "The first write of a key was told that the key exists.");
            Check.SameBytes(bytes, await ReadAsync(store, key, ct).ConfigureAwait(false), $"the blob of {length} bytes");
            Check.Equal(new BlobInfo(key, length), await store.StatAsync(key, ct).ConfigureAwait(false), "what is known of the blob");
        }

        async Task NothingYetAsync(string key)
        {
            Check.That(await store.StatAsync(key, ct).ConfigureAwait(false) is null, "A blob that was never written is known.");
            await Check.ThrowsAsync<MLOpsNotFoundException>(() => ReadAsync(store, key, ct), "Opening a blob that was never written").ConfigureAwait(false);
        }
    }

    [Law]
    private static async Task The_first_writer_wins_and_later_ones_change_nothing(StoreUnderTest<IBlobStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        Check.That(await WriteAsync(store, "a", "first", ct).ConfigureAwait(false), "The first writer was told that the key exists.");
        Check.That(!await WriteAsync(store, "a", "second, and longer", ct).ConfigureAwait(false), "A later writer was told that it wrote.");
        Check.That(!await WriteAsync(store, "a", "", ct).ConfigureAwait(false), "A later writer of nothing was told that it wrote.");
        Check.SameBytes("first"u8.ToArray(), await ReadAsync(store, "a", ct).ConfigureAwait(false), "the blob");
    }

    [Law(Needs = nameof(DecidesRaces))]
    private static async Task Of_16_concurrent_writers_exactly_one_wins_and_readers_see_whole_blobs_only(StoreUnderTest<IBlobStore> on, CancellationToken ct) =>
        await OneWinsAsync([await on.OpenAsync().ConfigureAwait(false)], ct).ConfigureAwait(false);

    [Law(Needs = $"{nameof(SharesBetweenInstances)},{nameof(DecidesRaces)}")]
    private static async Task Of_16_concurrent_writers_on_two_instances_exactly_one_wins(StoreUnderTest<IBlobStore> on, CancellationToken ct) =>
        await OneWinsAsync([await on.OpenAsync().ConfigureAwait(false), await on.OpenAsync().ConfigureAwait(false)], ct).ConfigureAwait(false);

    [Law]
    private static async Task A_blob_is_not_visible_before_it_is_complete(StoreUnderTest<IBlobStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        var bytes = Noise(300_000);
        var looks = 0;
        using var source = new OddStream(bytes, async position =>
        {
            if (position < looks * 50_000) return;
            looks++;
            await NothingIsThereAsync(store, "a/b", "a part of its bytes", ct).ConfigureAwait(false);
        });
        await store.WriteAsync("a/b", source, null, ct).ConfigureAwait(false);
        Check.That(looks > 3, "The source was not read to its end.");
        Check.SameBytes(bytes, await ReadAsync(store, "a/b", ct).ConfigureAwait(false), "the blob");
    }

    [Law]
    private static async Task A_source_that_fails_leaves_nothing_and_its_error_arrives(StoreUnderTest<IBlobStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        foreach (var at in new[] { 0, 200_000 })
        {
            using var source = new OddStream(Noise(300_000), position => position >= at ? throw new InvalidTimeZoneException("broken source") : Task.CompletedTask);
            await Check.ThrowsAsync<InvalidTimeZoneException>(async () => await store.WriteAsync("a", source, null, ct).ConfigureAwait(false), "A write from a source that fails").ConfigureAwait(false);
            await NothingIsThereAsync(store, "a", "a write whose source failed", ct).ConfigureAwait(false);
        }

        Check.That(await WriteAsync(store, "a", "x", ct).ConfigureAwait(false), "After a failed write the key cannot be written.");
    }

    [Law]
    private static async Task A_cancelled_write_leaves_nothing(StoreUnderTest<IBlobStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        await Check.ThrowsAsync<OperationCanceledException>(() => WriteAsync(store, "a", "x", new CancellationToken(true)), "A write whose token was cancelled before").ConfigureAwait(false);
        await NothingIsThereAsync(store, "a", "a write whose token was cancelled before", ct).ConfigureAwait(false);
        foreach (var at in new[] { 0, 200_000, 300_000 })
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
            using var source = new OddStream(Noise(300_000), position => position >= at ? stop.CancelAsync() : Task.CompletedTask);
            await Check.ThrowsAsync<OperationCanceledException>(async () => await store.WriteAsync("a", source, null, stop.Token).ConfigureAwait(false), $"A write whose token was cancelled at byte {at}").ConfigureAwait(false);
            await NothingIsThereAsync(store, "a", "a write that was cancelled", ct).ConfigureAwait(false);
        }
    }

    [Law]
    private static async Task Bytes_without_the_expected_hash_leave_nothing(StoreUnderTest<IBlobStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        var bytes = Noise(100_000);
        foreach (var wrong in new[] { Digest.Of("other"), Digest.Of(bytes.AsSpan(1)), Digest.Of(bytes.AsSpan(0, bytes.Length - 1)) })
        {
            var error = await Check.ThrowsAsync<MLOpsIntegrityException>(() => WriteAsync(store, "a", bytes, ct, wrong), "A write with a wrong expected hash").ConfigureAwait(false);
            Check.Equal(wrong.Hex, error.Expected, "the expected hash in the error");
            Check.That(error.Key.Contains('a', StringComparison.Ordinal), "The error does not name the key.");
            await NothingIsThereAsync(store, "a", "a write with a wrong expected hash", ct).ConfigureAwait(false);
        }

        Check.That(await WriteAsync(store, "a", bytes, ct, Digest.Of(bytes)).ConfigureAwait(false), "A write with the right expected hash did not write.");
    }

    [Law]
    private static async Task The_source_is_read_from_where_it_stands_and_not_disposed(StoreUnderTest<IBlobStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        using var seekable = new MemoryStream("skipped content"u8.ToArray());
        seekable.Position = 8;
        await store.WriteAsync("seekable", seekable, Digest.Of("content"), ct).ConfigureAwait(false);
        Check.That(seekable.CanRead, "The caller's stream was disposed.");
        Check.SameBytes("content"u8.ToArray(), await ReadAsync(store, "seekable", ct).ConfigureAwait(false), "the blob from a seekable source");

        var bytes = Noise(50_000);
        using var odd = new OddStream(bytes);
        var head = new byte[1];
        await odd.ReadExactlyAsync(head, ct).ConfigureAwait(false);
        await store.WriteAsync("odd", odd, null, ct).ConfigureAwait(false);
        Check.That(!odd.Disposed, "The caller's stream was disposed.");
        Check.SameBytes(bytes.AsMemory(1), await ReadAsync(store, "odd", ct).ConfigureAwait(false), "the blob from a source that cannot seek");
    }

    private static async Task OneWinsAsync(IBlobStore[] stores, CancellationToken ct)
    {
        const int Writers = 16, Length = 300_000;
        var contents = Enumerable.Range(0, Writers).Select(i => Noise(Length, i)).ToArray();
        var writers = Task.WhenAll(contents.Select((bytes, i) => Task.Run(() => WriteAsync(stores[i % stores.Length], "race/a", bytes, ct), ct)));
        do
        {
            var info = await stores[0].StatAsync("race/a", ct).ConfigureAwait(false);
            Check.That(info is null or { Length: Length }, $"While it was written a blob of {Length} bytes was known with {info?.Length}.");
            if (info is not null) Check.That((await ReadAsync(stores[0], "race/a", ct).ConfigureAwait(false)).Length == Length, "A part of a blob was read while it was written.");
        }
        while (!writers.IsCompleted);
        var won = await writers.ConfigureAwait(false);
        Check.Equal(1, won.Count(w => w), "the number of winners");
        foreach (var store in stores)
        {
            Check.SameBytes(contents[Array.IndexOf(won, true)], await ReadAsync(store, "race/a", ct).ConfigureAwait(false), "the blob of the winner");
            Check.Sequence([new BlobInfo("race/a", Length)], await ListAsync(store, "", ct).ConfigureAwait(false), "the blobs after the race");
        }
    }
}
