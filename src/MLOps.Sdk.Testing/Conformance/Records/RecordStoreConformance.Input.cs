using MLOps.Storage;

namespace MLOps.Testing;

public sealed partial class RecordStoreConformance
{
    private static readonly string Huge = new('x', 10 * 1024 * 1024);

    [Law]
    private static async Task Any_text_can_be_an_id_and_ids_differ_by_every_character(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        string[] ids =
        [
            "a", "A", "a ", " a", "ａ", "é", "e\u0301", "../x", "a/../../b", "/", "\\", "..", "%", "_", "'; drop table records; --", "\"", "\u0001", "\n", "\u200B", "\uFEFFa", "😀", "\uFFFF", "\u202Ex",
            new string('i', 512), new string('é', 256),
        ];
        await CommitAsync(store, ct, [.. ids.Select((id, i) => Put(id, $"{i}"))]).ConfigureAwait(false);
        for (var i = 0; i < ids.Length; i++)
        {
            Check.Equal($"{i}", await TextAsync(store, ids[i], ct).ConfigureAwait(false), $"the document of record '{ids[i]}'");
            Check.Sequence([ids[i]], await IdsAsync(store, ct, Filter.Equal(RecordQuery.Id, ids[i])).ConfigureAwait(false), "the records found by this id");
        }

        Check.Equal(ids.Length, (await IdsAsync(store, ct).ConfigureAwait(false)).Count, "the number of records");
    }

    [Law]
    private static async Task A_broken_key_is_refused_everywhere(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        List<RecordKey> broken = [.. new[] { null!, "", "a\0b", "\ud800", "x\udc00y", new string('i', 513), new string('é', 257), Huge }.Select(Key)];
        broken.AddRange(new[] { null!, "", "A", "a_b", "a b", "../x", "é", "a\0", new string('c', 65), Huge }.Select(c => new RecordKey(c, "a")));
        foreach (var key in broken)
        {
            await Check.ThrowsAsync<MLOpsInvalidException>(async () => await store.GetAsync(key, ct).ConfigureAwait(false), "A get with a broken key").ConfigureAwait(false);
            RecordOperation[] operations = [new RecordPut(key, Empty), new RecordDelete(key), new RecordCheck(key, 0)];
            foreach (var operation in operations)
            {
                var error = await RefusedAsync(store, operation, $"A {operation.GetType().Name} with a broken key", ct).ConfigureAwait(false);
                Check.That(error.Message.Length < 1000, "The message repeats a huge key.");
            }
        }

        foreach (var collection in broken.Where(k => k.Id == "a").Select(k => k.Collection))
        {
            await Check.ThrowsAsync<MLOpsInvalidException>(async () => await store.QueryAsync(new RecordQuery(collection), ct).ConfigureAwait(false), "A query of a broken collection").ConfigureAwait(false);
            await Check.ThrowsAsync<MLOpsInvalidException>(() => FirstAsync(store.WatchAsync(0, [collection], ct)), "A watch of a broken collection").ConfigureAwait(false);
        }
    }

    [Law]
    private static async Task A_commit_that_breaks_a_rule_is_refused_whole(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        RecordCommit[] broken =
        [
            new("", [Put("a")]), new(new string('x', 251), [Put("a")]), new("a\0", [Put("a")]), new(Huge, [Put("a")]), new("me", []), new("me", [Put("a")], new string('r', 4001)),
            new("me", [Put("a")], "\ud800"), new("me", [Put("a"), Put("a")]), new("me", [Put("a"), new RecordDelete(Key("a"))]), new("me", [new RecordCheck(Key("a"), 0), Put("a")]),
            new("me", [Put("a"), Put("b", expected: -1)]), new("me", [Put("a"), null!]), new("me", [Put("a"), Put("b", "{")]),
        ];
        foreach (var commit in broken)
            await Check.ThrowsAsync<MLOpsInvalidException>(async () => await store.CommitAsync(commit, ct).ConfigureAwait(false), $"A commit by '{commit.Actor.Length}' characters with {commit.Operations.Count} operations").ConfigureAwait(false);
        foreach (var field in new[] { "", "$id", "$x", "a\0", "\udc00", new string('n', 1001), Huge })
            await Check.ThrowsAsync<MLOpsInvalidException>(() => CommitAsync(store, ct, Put("b"), PutField("a", field, 1)), "A put with a broken field name").ConfigureAwait(false);
        Check.Sequence([], await IdsAsync(store, ct).ConfigureAwait(false), "the records after refused commits");
        await CommitAsync(store, ct, Put("a")).ConfigureAwait(false);
        await store.CommitAsync(new RecordCommit(new string('x', 250), [Put("a")], new string('r', 4000)), ct).ConfigureAwait(false);
    }

    [Law]
    private static async Task A_query_that_breaks_a_rule_is_refused(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        await CommitAsync(store, ct, PutField("a", "f", 1)).ConfigureAwait(false);
        var all = new RecordQuery(Things);
        List<RecordQuery> broken = [all with { Size = 0 }, all with { Size = -1 }, all with { Size = 10_001 }];
        foreach (var field in new[] { "", "$x", "a\0", "\ud800", new string('n', 1001), Huge })
        {
            broken.Add(all with { OrderBy = field });
            foreach (var filter in new[] { Filter.Exists(field), Filter.Equal(field, 1), Filter.In(field, 1), Filter.Like(field, "%"), Filter.Not(Filter.Or(Filter.Exists("f"), Filter.Exists(field))) })
                broken.Add(all with { Filter = filter });
        }

        foreach (var pattern in new[] { "", "\\", "a\\", "\\\\\\", "\0", "\ud800", new string('%', 1001), Huge }) broken.Add(all with { Filter = Filter.Like("f", pattern) });
        broken.Add(all with { Filter = Nested(33) });
        broken.Add(all with { Filter = Filter.In("f", [.. Enumerable.Range(0, 1000).Select(i => (FieldValue)i)]) });
        broken.Add(all with { Filter = Filter.And([.. Enumerable.Repeat(Filter.Exists("f"), 1000)]) });
        foreach (var query in broken)
            await Check.ThrowsAsync<MLOpsInvalidException>(async () => await store.QueryAsync(query, ct).ConfigureAwait(false), $"A query of size {query.Size} with filter {query.Filter?.GetType().Name}").ConfigureAwait(false);
        await Check.ThrowsAsync<MLOpsInvalidException>(() => FirstAsync(store.WatchAsync(-1, [], ct)), "A watch after position -1").ConfigureAwait(false);

        Filter[] atTheLimit = [Nested(32), Filter.In("f", [.. Enumerable.Range(0, 999).Select(i => (FieldValue)i)]), Filter.And([.. Enumerable.Repeat(Filter.Exists("f"), 999)]), Filter.Or([.. Enumerable.Repeat(Filter.Exists("f"), 999)])];
        foreach (var filter in atTheLimit) Check.Equal(1, (await IdsAsync(store, ct, filter).ConfigureAwait(false)).Count, "the records found by a filter at the limit");
        Check.Sequence([], await IdsAsync(store, ct, Filter.Like("f", new string('%', 1000))).ConfigureAwait(false), "the records found by a pattern at the limit");

        static Filter Nested(int depth) => depth == 1 ? Filter.Exists("f") : depth % 2 == 0 ? new AndFilter([Nested(depth - 1)]) : new OrFilter([Nested(depth - 1), Filter.Exists("g")]);
    }

    private static async Task<RecordChange?> FirstAsync(IAsyncEnumerable<RecordChange> changes)
    {
        await foreach (var change in changes.ConfigureAwait(false)) return change;
        return null;
    }
}
