using MLOps.Storage;

namespace MLOps.Testing;

public sealed partial class BlobStoreConformance
{
    [Law]
    private static async Task A_range_gives_its_bytes_and_is_cut_at_the_end(StoreUnderTest<IBlobStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        var bytes = Noise(100_000);
        await WriteAsync(store, "a", bytes, ct).ConfigureAwait(false);
        await WriteAsync(store, "empty", [], ct).ConfigureAwait(false);
        BlobRange[] ranges =
        [
            new(0), new(0, 0), new(0, 1), new(1), new(99_999), new(99_999, 1), new(99_999, 2), new(50_000, 25_000), new(100_000), new(100_000, 5), new(100_001), new(10, long.MaxValue), new(long.MaxValue),
            new(long.MaxValue, long.MaxValue), new(0, 100_000), new(0, 100_001),
        ];
        foreach (var range in ranges)
        {
            var start = (int)Math.Min(range.Offset, bytes.Length);
            var length = (int)Math.Min(range.Length ?? bytes.Length, bytes.Length - start);
            Check.SameBytes(bytes.AsMemory(start, length), await ReadAsync(store, "a", ct, range).ConfigureAwait(false), $"the range {range}");
            Check.Equal(0, (await ReadAsync(store, "empty", ct, range).ConfigureAwait(false)).Length, $"the length of the range {range} of an empty blob");
        }

        foreach (var range in new BlobRange[] { new(-1), new(0, -1), new(long.MinValue, 5) })
            await Check.ThrowsAsync<MLOpsInvalidException>(() => ReadAsync(store, "a", ct, range), $"The range {range}").ConfigureAwait(false);
        await Check.ThrowsAsync<MLOpsNotFoundException>(() => ReadAsync(store, "missing", ct, new(5, 5)), "A range of a blob that does not exist").ConfigureAwait(false);
    }

    [Law]
    private static async Task Many_readers_read_one_blob_each_on_its_own(StoreUnderTest<IBlobStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        var bytes = Noise(200_000);
        await WriteAsync(store, "a", bytes, ct).ConfigureAwait(false);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(
            async () => Check.SameBytes(bytes.AsMemory(i * 1000), await ReadAsync(store, "a", ct, new(i * 1000)).ConfigureAwait(false), "what one of 16 readers read"), ct))).ConfigureAwait(false);
    }

    [Law]
    private static async Task A_deletion_is_idempotent_and_frees_the_key(StoreUnderTest<IBlobStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        Check.That(!await store.DeleteAsync("a/b", ct).ConfigureAwait(false), "The deletion of nothing says that it was there.");
        await WriteAsync(store, "a/b", "first", ct).ConfigureAwait(false);
        await WriteAsync(store, "a/c", "other", ct).ConfigureAwait(false);
        Check.That(await store.DeleteAsync("a/b", ct).ConfigureAwait(false), "The deletion of a blob says that it was not there.");
        Check.That(!await store.DeleteAsync("a/b", ct).ConfigureAwait(false), "The second deletion says that the blob was there.");
        Check.That(await store.StatAsync("a/b", ct).ConfigureAwait(false) is null, "A deleted blob is known.");
        Check.Sequence(["a/c"], (await ListAsync(store, "", ct).ConfigureAwait(false)).Select(i => i.Key), "the blobs after a deletion");
        Check.That(await WriteAsync(store, "a/b", "second", ct).ConfigureAwait(false), "A deleted key cannot be written again.");
        Check.SameBytes("second"u8.ToArray(), await ReadAsync(store, "a/b", ct).ConfigureAwait(false), "the blob written after a deletion");
    }

    [Law]
    private static async Task Blobs_are_listed_by_prefix_in_ordinal_order(StoreUnderTest<IBlobStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        string[] keys = ["a/b", "a-b", "a.b", "a_b", "a0b", "ab", "a/b-c/d", "a/b.c", "a/b0", "b/a", "0", "zz/zz/zz", "a-/x", "a./x", "-", "_"];
        Array.Sort(keys, StringComparer.Ordinal);
        foreach (var key in keys.Reverse()) await WriteAsync(store, key, key, ct).ConfigureAwait(false);
        foreach (var prefix in new[] { "", "a", "a/", "a/b", "a-", "a.", "a/b-", "a/b-c/d", "z", "zz/z", "nothing", "a/b-c/d/" })
            Check.Sequence(keys.Where(k => k.StartsWith(prefix, StringComparison.Ordinal)).Select(k => new BlobInfo(k, k.Length)), await ListAsync(store, prefix, ct).ConfigureAwait(false), $"the blobs that begin with '{prefix}'");
        foreach (var hostile in (string[])["../", "/", "A", "\0", "a\\", ".."])
        {
            try
            {
                Check.Sequence([], await ListAsync(store, hostile, ct).ConfigureAwait(false), $"the blobs that begin with '{hostile}'");
            }
            catch (MLOpsInvalidException)
            {
                // No key begins so: a store may say that there is none or that there can be none.
            }
        }
    }

    [Law]
    private static async Task A_key_may_go_on_where_another_ends(StoreUnderTest<IBlobStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        string[] keys = ["a", "a/b", "x/y/z", "x/y"];
        foreach (var key in keys) Check.That(await WriteAsync(store, key, key, ct).ConfigureAwait(false), $"The key '{key}' could not be written beside another that begins so.");
        string[] all = ["a", "a/b", "x/y", "x/y/z"];
        Check.Sequence(all, (await ListAsync(store, "", ct).ConfigureAwait(false)).Select(i => i.Key), "the blobs");
        Check.SameBytes("x/y"u8.ToArray(), await ReadAsync(store, "x/y", ct).ConfigureAwait(false), "the blob whose key is the beginning of another's");
        Check.That(await store.DeleteAsync("a", ct).ConfigureAwait(false), "The blob 'a' was not there.");
        Check.SameBytes("a/b"u8.ToArray(), await ReadAsync(store, "a/b", ct).ConfigureAwait(false), "the blob that stayed");
    }

    [Law]
    private static async Task A_hostile_key_is_refused_everywhere(StoreUnderTest<IBlobStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        string[] keys =
        [
            null!, "", "/", "/a", "a/", "a//b", ".", "..", "../x", "a/../../b", "a/./b", ".hidden", "a/.b", "A", "é", "a b", "a\\b", "a:b", "a\0", "a\n", "con\t", "a*", "a?", "\ud800", "c:/x", "~", "a%2e", new string('k', 129),
            string.Join('/', Enumerable.Repeat("abcdefghi", 52)), new string('k', 10 * 1024 * 1024),
        ];
        foreach (var key in keys)
        {
            var error = await Check.ThrowsAsync<MLOpsInvalidException>(() => WriteAsync(store, key, "x", ct), "A write under a hostile key").ConfigureAwait(false);
            Check.That(error.Message.Length < 1000, "The message repeats a huge key.");
            await Check.ThrowsAsync<MLOpsInvalidException>(() => ReadAsync(store, key, ct), "Opening a hostile key").ConfigureAwait(false);
            await Check.ThrowsAsync<MLOpsInvalidException>(async () => await store.StatAsync(key, ct).ConfigureAwait(false), "A stat of a hostile key").ConfigureAwait(false);
            await Check.ThrowsAsync<MLOpsInvalidException>(async () => await store.DeleteAsync(key, ct).ConfigureAwait(false), "A deletion of a hostile key").ConfigureAwait(false);
        }

        using var source = new OddStream([1], _ => throw new ConformanceFailureException("The source was read although the key is hostile."));
        await Check.ThrowsAsync<MLOpsInvalidException>(async () => await store.WriteAsync("../x", source, null, ct).ConfigureAwait(false), "A write under a hostile key").ConfigureAwait(false);
        Check.Sequence([], await ListAsync(store, "", ct).ConfigureAwait(false), "the blobs after refused writes");
        var longest = string.Join('/', Enumerable.Repeat(new string('k', 127), 4));
        foreach (var key in (string[])[longest, new string('k', 128), "con", "nul", "aux.txt", "a..b", "-", "a."])
        {
            Check.That(await WriteAsync(store, key, key, ct).ConfigureAwait(false), "A key within the rule was not written.");
            Check.Equal(key.Length, (await ReadAsync(store, key, ct).ConfigureAwait(false)).Length, "the length of a blob under an odd key");
        }
    }

    [Law]
    private static async Task A_token_cancelled_before_the_call_stops_it(StoreUnderTest<IBlobStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        await WriteAsync(store, "a", "x", ct).ConfigureAwait(false);
        var cancelled = new CancellationToken(true);
        await Check.ThrowsAsync<OperationCanceledException>(async () => await store.OpenAsync("a", null, cancelled).ConfigureAwait(false), "A cancelled opening").ConfigureAwait(false);
        await Check.ThrowsAsync<OperationCanceledException>(async () => await store.StatAsync("a", cancelled).ConfigureAwait(false), "A cancelled stat").ConfigureAwait(false);
        await Check.ThrowsAsync<OperationCanceledException>(async () => await store.DeleteAsync("a", cancelled).ConfigureAwait(false), "A cancelled deletion").ConfigureAwait(false);
        await Check.ThrowsAsync<OperationCanceledException>(() => ListAsync(store, "", cancelled), "A cancelled list").ConfigureAwait(false);
        Check.SameBytes("x"u8.ToArray(), await ReadAsync(store, "a", ct).ConfigureAwait(false), "the blob after cancelled calls");
    }

    [Law(Needs = nameof(SharesBetweenInstances))]
    private static async Task A_second_instance_sees_every_write_and_deletion_that_returned(StoreUnderTest<IBlobStore> on, CancellationToken ct)
    {
        var (first, second) = (await on.OpenAsync().ConfigureAwait(false), await on.OpenAsync().ConfigureAwait(false));
        await WriteAsync(first, "a/b", "x", ct).ConfigureAwait(false);
        Check.SameBytes("x"u8.ToArray(), await ReadAsync(second, "a/b", ct).ConfigureAwait(false), "the blob seen by the other instance");
        Check.That(!await WriteAsync(second, "a/b", "y", ct).ConfigureAwait(false), "The other instance wrote a key that exists.");
        Check.That(await second.DeleteAsync("a/b", ct).ConfigureAwait(false), "The other instance could not delete the blob.");
        Check.That(await first.StatAsync("a/b", ct).ConfigureAwait(false) is null, "The first instance knows a blob that the other deleted.");
    }

    [Law(Needs = nameof(SurvivesReopening))]
    private static async Task What_was_written_is_there_after_reopening(StoreUnderTest<IBlobStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        var bytes = Noise(100_000);
        await WriteAsync(store, "a/b", bytes, ct).ConfigureAwait(false);
        await WriteAsync(store, "gone", "x", ct).ConfigureAwait(false);
        await store.DeleteAsync("gone", ct).ConfigureAwait(false);
        store = await on.ReopenAsync(store).ConfigureAwait(false);
        Check.SameBytes(bytes, await ReadAsync(store, "a/b", ct).ConfigureAwait(false), "the blob after reopening");
        Check.Sequence([new BlobInfo("a/b", 100_000)], await ListAsync(store, "", ct).ConfigureAwait(false), "the blobs after reopening");
        Check.That(!await WriteAsync(store, "a/b", "y", ct).ConfigureAwait(false), "A key that exists was written after reopening.");
    }
}
