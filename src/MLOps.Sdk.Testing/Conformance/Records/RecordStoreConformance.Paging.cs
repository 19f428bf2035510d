using MLOps.Storage;

namespace MLOps.Testing;

public sealed partial class RecordStoreConformance
{
    [Law]
    private static async Task Pages_walk_every_record_once_under_ties(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        var puts = Enumerable.Range(0, 151).Select(i => (i % 5) switch
        {
            0 => Put($"{i:D3}"),
            1 => PutField($"{i:D3}", "f", 1),
            2 => PutField($"{i:D3}", "f", i % 3 == 0 ? double.PositiveInfinity : -2.5),
            3 => PutField($"{i:D3}", "f", "same"),
            _ => PutField($"{i:D3}", "f", i % 2 == 0 ? "\uFFFF" : "😀"),
        });
        await CommitAsync(store, ct, Shuffled(puts)).ConfigureAwait(false);
        foreach (var orderBy in new[] { null, RecordQuery.Id, "f", "unknown" })
        foreach (var descending in new[] { false, true })
        foreach (var size in new[] { 1, 7, 150, 151, 152 })
        foreach (var filter in new[] { null, Filter.Not(Filter.Equal("f", "same")) })
        {
            var query = new RecordQuery(Things) { OrderBy = orderBy, Descending = descending, Filter = filter, Size = size };
            var walked = await WalkAsync(store, query, ct).ConfigureAwait(false);
            Check.Sequence(await IdsAsync(store, ct, filter, orderBy, descending).ConfigureAwait(false), walked, $"the records walked in pages of {size} by {orderBy}, descending {descending}");
        }
    }

    [Law]
    private static async Task The_last_page_says_so_also_when_it_is_full_or_empty(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        var empty = await store.QueryAsync(new RecordQuery(Things), ct).ConfigureAwait(false);
        Check.That(empty is { Records.Count: 0, Next: null }, "A query of an empty collection does not give one empty last page.");
        await CommitAsync(store, ct, [.. Enumerable.Range(0, 6).Select(i => Put($"{i}"))]).ConfigureAwait(false);
        var first = await store.QueryAsync(new RecordQuery(Things) { Size = 3 }, ct).ConfigureAwait(false);
        Check.That(first is { Records.Count: 3, Next: not null }, "The first of two full pages is not full or names no next one.");
        var last = await store.QueryAsync(new RecordQuery(Things) { Size = 3, After = first.Next }, ct).ConfigureAwait(false);
        Check.That(last is { Records.Count: 3, Next: null }, "The last page, which is full, is not full or names a next one.");
        Check.Equal(100, new RecordQuery(Things).Size, "the default size of a page");
    }

    [Law]
    private static async Task Records_that_stay_are_walked_once_while_others_come_and_go(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        var stay = Enumerable.Range(0, 60).Select(i => $"stay-{i:D2}").ToList();
        await CommitAsync(store, ct, [.. stay.Select((id, i) => PutField(id, "f", i / 10))]).ConfigureAwait(false);
        foreach (var descending in new[] { false, true })
        {
            var seen = new List<string>();
            var query = new RecordQuery(Things) { OrderBy = "f", Descending = descending, Size = 4 };
            for (var round = 0; ; round++)
            {
                var page = await store.QueryAsync(query, ct).ConfigureAwait(false);
                seen.AddRange(page.Records.Select(r => r.Key.Id));
                if (page.Next is null) break;
                query = query with { After = page.Next };
                // Before, at and after the place of the reader; also the very record that the token was made from.
                await CommitAsync(store, ct, [.. Enumerable.Range(-1, 8).Select(f => PutField($"guest-{descending}-{round}-{f}", "f", f)), new RecordDelete(Key($"guest-{descending}-{round - 1}-3"))]).ConfigureAwait(false);
                if (page.Records[^1].Key.Id is var edge && edge.StartsWith("guest", StringComparison.Ordinal)) await CommitAsync(store, ct, new RecordDelete(Key(edge))).ConfigureAwait(false);
                Check.That(round < 2_000, "The walk does not end.");
            }

            Check.Sequence(stay, seen.Where(id => id.StartsWith("stay", StringComparison.Ordinal)).Order(StringComparer.Ordinal), "the records that stayed");
            Check.Equal(seen.Count, seen.Distinct().Count(), "the number of different records walked");
        }
    }

    [Law]
    private static async Task A_token_of_another_query_or_a_damaged_one_is_refused(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        await CommitAsync(store, ct, [.. Enumerable.Range(0, 9).Select(i => PutField($"{i}", "f", i)), .. Enumerable.Range(0, 9).Select(i => new RecordPut(new("others", $"{i}"), Empty))]).ConfigureAwait(false);
        var query = new RecordQuery(Things) { Filter = Filter.In("f", 1, 2, 3, 4, 5), OrderBy = "f", Size = 2 };
        var token = (await store.QueryAsync(query, ct).ConfigureAwait(false)).Next!;
        RecordQuery[] others =
        [
            query with { Collection = "others" }, query with { OrderBy = null }, query with { OrderBy = "g" }, query with { Descending = true }, query with { Filter = null }, query with { Filter = Filter.In("f", 1, 2, 3, 4) },
            query with { Filter = Filter.In("f", "1", 2, 3, 4, 5) }, query with { Filter = Filter.In("g", 1, 2, 3, 4, 5) }, query with { Filter = Filter.Not(query.Filter!) },
        ];
        foreach (var other in others) await RefusesAsync(other, token, "A token of another query").ConfigureAwait(false);
        string[] damaged = ["", " ", "x", "=", "../..", "\0", "\ud800", token + "A", "A" + token, token[..^1], token[1..], token[..(token.Length / 2)], Huge, "null", "{}"];
        foreach (var text in damaged) await RefusesAsync(query, text, "A damaged token").ConfigureAwait(false);
        for (var i = 0; i < token.Length - 1; i++)
            await RefusesAsync(query, token[..i] + (token[i] == 'A' ? 'B' : 'A') + token[(i + 1)..], $"A token changed at character {i}").ConfigureAwait(false);
        Check.Equal(2, (await store.QueryAsync(query with { After = token }, ct).ConfigureAwait(false)).Records.Count, "the number of records of the next page");

        Task RefusesAsync(RecordQuery other, string text, string what) =>
            Check.ThrowsAsync<MLOpsInvalidException>(async () => await store.QueryAsync(other with { After = text }, ct).ConfigureAwait(false), what);
    }

    [Law]
    private static async Task A_token_can_stand_on_the_longest_value_and_id(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        var ids = Enumerable.Range(0, 5).Select(i => new string('é', 255) + $"-{i}").ToList();
        await CommitAsync(store, ct, [.. ids.Select(id => PutField(id, "f", new string('中', FieldValue.MaxTextBytes / 3)))]).ConfigureAwait(false);
        Check.Sequence(ids, await WalkAsync(store, new RecordQuery(Things) { OrderBy = "f", Size = 1 }, ct).ConfigureAwait(false), "the records walked one by one");
    }

    private static async Task<List<string>> WalkAsync(IRecordStore store, RecordQuery query, CancellationToken ct)
    {
        var ids = new List<string>();
        while (true)
        {
            var page = await store.QueryAsync(query, ct).ConfigureAwait(false);
            ids.AddRange(page.Records.Select(r => r.Key.Id));
            Check.That(page.Records.Count <= query.Size, $"A page of at most {query.Size} holds {page.Records.Count} records.");
            if (page.Next is null) return ids;
            Check.That(page.Records.Count == query.Size, "A page that is not the last is not full.");
            Check.That(ids.Count < 100_000, "The walk does not end.");
            query = query with { After = page.Next };
        }
    }
}
