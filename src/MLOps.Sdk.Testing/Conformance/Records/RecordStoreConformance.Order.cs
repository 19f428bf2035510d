using MLOps.Storage;

namespace MLOps.Testing;

public sealed partial class RecordStoreConformance
{
    // Ascending by UTF-8 bytes. In UTF-16 order the surrogate pairs would stand before U+E000; in a cultural order the cases would mix.
    private static readonly string[] TextsInOrder =
        ["", "\u0001", " ", "!", "0", "10", "9", "A", "AB", "B", "Z", "_", "a", "a ", "aa", "b", "z", "\u007F", "\u0080", "é", "e\u0301"[1..], "ß", "Ω", "\u2028", "中", "\uD7FF", "\uE000", "\uFEFF", "\uFFFD", "\uFFFF", "\U00010000", "😀", "😀a", "\U0010FFFF"];

    private static readonly double[] NumbersInOrder =
        [double.NegativeInfinity, double.MinValue, -1e10, -2, -1, -double.Epsilon, 0, double.Epsilon, 0.1, 1.0 / 3, 1, 2, 10, 9007199254740991, 9007199254740992, 9007199254740994, 1e300, double.MaxValue, double.PositiveInfinity];

    [Law]
    private static async Task Ids_are_ordered_by_their_UTF8_bytes(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        var ids = TextsInOrder.Where(t => t.Length > 0).Order(Comparer<string>.Create(FieldValue.CompareUtf8)).ToList();
        await CommitAsync(store, ct, [.. Shuffled(ids).Select(id => Put(id))]).ConfigureAwait(false);
        Check.Sequence(ids, await IdsAsync(store, ct).ConfigureAwait(false), "the records in default order");
        Check.Sequence(ids, await IdsAsync(store, ct, orderBy: RecordQuery.Id).ConfigureAwait(false), "the records ordered by $id");
        ids.Reverse();
        Check.Sequence(ids, await IdsAsync(store, ct, descending: true).ConfigureAwait(false), "the records in default order, descending");
        Check.Sequence(ids, await IdsAsync(store, ct, orderBy: RecordQuery.Id, descending: true).ConfigureAwait(false), "the records ordered by $id, descending");
    }

    [Law]
    private static async Task Numbers_come_before_texts_and_missing_values_last_in_both_directions(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        var texts = TextsInOrder.Order(Comparer<string>.Create(FieldValue.CompareUtf8));
        List<FieldValue> values = [.. NumbersInOrder.Select(n => (FieldValue)n), .. texts.Select(t => (FieldValue)t)];
        string[] missing = ["x-none", "y-nan", "z-none"];
        RecordPut[] puts = [.. values.Select((v, i) => PutField($"{i:D3}", "f", v)), Put("x-none"), PutField("y-nan", "f", double.NaN), Put("z-none", "{}", null, ("g", 1))];
        await CommitAsync(store, ct, Shuffled(puts)).ConfigureAwait(false);
        var ascending = Enumerable.Range(0, values.Count).Select(i => $"{i:D3}").ToList();
        Check.Sequence([.. ascending, .. missing], await IdsAsync(store, ct, orderBy: "f").ConfigureAwait(false), "the records in ascending order");
        ascending.Reverse();
        Check.Sequence([.. ascending, .. missing], await IdsAsync(store, ct, orderBy: "f", descending: true).ConfigureAwait(false), "the records in descending order");
    }

    [Law]
    private static async Task Ties_go_by_id_ascending_in_both_directions_and_minus_zero_ties_with_zero(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        RecordPut[] puts = [PutField("a", "f", 0.0), PutField("b", "f", -0.0), PutField("c", "f", 0.0), PutField("d", "f", "t"), PutField("\uFFFF", "f", "t"), PutField("😀", "f", "t"), Put("p"), Put("q")];
        await CommitAsync(store, ct, Shuffled(puts)).ConfigureAwait(false);
        Check.Sequence(["a", "b", "c", "d", "\uFFFF", "😀", "p", "q"], await IdsAsync(store, ct, orderBy: "f").ConfigureAwait(false), "ties in ascending order");
        Check.Sequence(["d", "\uFFFF", "😀", "a", "b", "c", "p", "q"], await IdsAsync(store, ct, orderBy: "f", descending: true).ConfigureAwait(false), "ties in descending order");
        Check.Sequence(["a", "b", "c", "d", "p", "q", "\uFFFF", "😀"], await IdsAsync(store, ct, orderBy: "unknown", descending: true).ConfigureAwait(false), "the order by a field that no record has");
    }

    [Law]
    private static async Task An_order_holds_together_with_a_filter(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        await CommitAsync(store, ct, [.. Shuffled(Enumerable.Range(0, 60)).Select(i => Put($"{i:D2}", "{}", null, ("even", i % 2 == 0 ? "yes" : "no"), ("down", -i)))]).ConfigureAwait(false);
        var even = Enumerable.Range(0, 30).Select(i => $"{i * 2:D2}").ToList();
        Check.Sequence(even, await IdsAsync(store, ct, Filter.Equal("even", "yes"), "down", descending: true).ConfigureAwait(false), "a filtered and ordered answer");
        Check.Sequence(even.AsEnumerable().Reverse(), await IdsAsync(store, ct, Filter.Equal("even", "yes"), "down").ConfigureAwait(false), "a filtered and ordered answer");
        Check.Sequence(even, await IdsAsync(store, ct, Filter.Equal("even", "yes"), "even").ConfigureAwait(false), "an answer ordered by the field it is filtered by");
    }
}
