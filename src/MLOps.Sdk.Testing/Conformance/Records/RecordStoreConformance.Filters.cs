using MLOps.Storage;

namespace MLOps.Testing;

public sealed partial class RecordStoreConformance
{
    [Law]
    private static async Task Comparisons_hold_within_numbers_and_within_texts(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        var texts = TextsInOrder.Order(Comparer<string>.Create(FieldValue.CompareUtf8));
        FieldValue[] values = [.. NumbersInOrder.Select(n => (FieldValue)n), .. texts.Select(t => (FieldValue)t)];
        await CommitAsync(store, ct, [.. values.Select((v, i) => PutField($"{i:D3}", "f", v)), Put("none"), PutField("nan", "f", double.NaN)]).ConfigureAwait(false);
        for (var at = 0; at < values.Length; at++)
        {
            var value = values[at];
            await FindsAsync(store, Filter.Equal("f", value), Where((_, i) => i == at), ct).ConfigureAwait(false);
            await FindsAsync(store, Filter.Less("f", value), Where((v, i) => i < at && v.IsText == value.IsText), ct).ConfigureAwait(false);
            await FindsAsync(store, Filter.AtMost("f", value), Where((v, i) => i <= at && v.IsText == value.IsText), ct).ConfigureAwait(false);
            await FindsAsync(store, Filter.Greater("f", value), Where((v, i) => i > at && v.IsText == value.IsText), ct).ConfigureAwait(false);
            await FindsAsync(store, Filter.AtLeast("f", value), Where((v, i) => i >= at && v.IsText == value.IsText), ct).ConfigureAwait(false);
            await FindsAsync(store, Filter.Not(Filter.AtLeast("f", value)), [.. Where((v, i) => i < at || v.IsText != value.IsText), "nan", "none"], ct).ConfigureAwait(false);
        }

        IEnumerable<string> Where(Func<FieldValue, int, bool> holds) => values.Select((v, i) => (v, i)).Where(x => holds(x.v, x.i)).Select(x => $"{x.i:D3}");
    }

    [Law]
    private static async Task A_condition_on_a_missing_field_on_NaN_or_across_kinds_is_false_and_its_negation_true(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        string[] all = ["missing", "nan", "number", "text"];
        await CommitAsync(store, ct, Put("missing"), PutField("nan", "f", double.NaN), PutField("number", "f", 5), PutField("text", "f", "5")).ConfigureAwait(false);
        (Filter Filter, string[] Found)[] conditions =
        [
            (Filter.Exists("f"), ["number", "text"]), (Filter.Equal("f", 5), ["number"]), (Filter.Equal("f", "5"), ["text"]), (Filter.Less("f", 6), ["number"]), (Filter.Less("f", "6"), ["text"]),
            (Filter.Greater("f", double.NegativeInfinity), ["number"]), (Filter.AtLeast("f", ""), ["text"]), (Filter.AtMost("f", double.PositiveInfinity), ["number"]),
            (Filter.In("f", 5, "x"), ["number"]), (Filter.In("f", 5, "5"), ["number", "text"]), (Filter.In("f"), []), (Filter.In("f", double.NaN), []), (Filter.Like("f", "%"), ["text"]), (Filter.Like("f", "5"), ["text"]),
            (Filter.Equal("f", double.NaN), []), (Filter.Less("f", double.NaN), []), (Filter.AtMost("f", double.NaN), []), (Filter.Greater("f", double.NaN), []), (Filter.AtLeast("f", double.NaN), []),
            (Filter.Exists("unknown"), []), (Filter.Equal("unknown", 5), []), (Filter.Less("unknown", 5), []), (Filter.Like("unknown", "%"), []), (Filter.Exists("F"), []),
        ];
        foreach (var (filter, found) in conditions)
        {
            await FindsAsync(store, filter, found, ct).ConfigureAwait(false);
            await FindsAsync(store, Filter.Not(filter), all.Except(found), ct).ConfigureAwait(false);
            await FindsAsync(store, Filter.Not(Filter.Not(filter)), found, ct).ConfigureAwait(false);
            await FindsAsync(store, Filter.And(Filter.Not(filter), Filter.Like(RecordQuery.Id, "%")), all.Except(found), ct).ConfigureAwait(false);
        }
    }

    [Law]
    private static async Task And_Or_and_Not_combine_as_in_logic_also_when_empty(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        string[] all = ["0", "1", "2", "3"];
        await CommitAsync(store, ct, Put("0"), PutField("1", "x", 1), PutField("2", "y", "1"), Put("3", "{}", null, ("x", 1), ("y", "1"))).ConfigureAwait(false);
        Filter x = Filter.Equal("x", 1), y = Filter.Equal("y", "1");
        await FindsAsync(store, Filter.And(x, y), ["3"], ct).ConfigureAwait(false);
        await FindsAsync(store, Filter.Or(x, y), ["1", "2", "3"], ct).ConfigureAwait(false);
        await FindsAsync(store, Filter.Not(Filter.And(x, y)), ["0", "1", "2"], ct).ConfigureAwait(false);
        await FindsAsync(store, Filter.Not(Filter.Or(x, y)), ["0"], ct).ConfigureAwait(false);
        await FindsAsync(store, Filter.And(x, Filter.Not(y)), ["1"], ct).ConfigureAwait(false);
        await FindsAsync(store, Filter.Or(Filter.And(x, Filter.Not(y)), Filter.And(Filter.Not(x), y)), ["1", "2"], ct).ConfigureAwait(false);
        await FindsAsync(store, Filter.Or(Filter.Not(x), y), ["0", "2", "3"], ct).ConfigureAwait(false);
        await FindsAsync(store, new AndFilter([]), all, ct).ConfigureAwait(false);
        await FindsAsync(store, new OrFilter([]), [], ct).ConfigureAwait(false);
        await FindsAsync(store, Filter.Not(new OrFilter([])), all, ct).ConfigureAwait(false);
        await FindsAsync(store, Filter.And(x, new AndFilter([])), ["1", "3"], ct).ConfigureAwait(false);
        await FindsAsync(store, Filter.Or(x, new AndFilter([])), all, ct).ConfigureAwait(false);
        await FindsAsync(store, Filter.And(new OrFilter([]), x), [], ct).ConfigureAwait(false);
        await FindsAsync(store, new AndFilter([x]), ["1", "3"], ct).ConfigureAwait(false);
    }

    [Law]
    private static async Task The_id_can_be_filtered_like_a_field(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        string[] all = ["A", "a", "ab", "b", "\uFFFF", "😀"];
        await CommitAsync(store, ct, [.. all.Select(id => PutField(id, "f", id)), new RecordPut(new("others", "a"), Empty)]).ConfigureAwait(false);
        foreach (var field in new[] { RecordQuery.Id, "f" })
        {
            await FindsAsync(store, Filter.Equal(field, "a"), ["a"], ct).ConfigureAwait(false);
            await FindsAsync(store, Filter.Greater(field, "ab"), ["b", "\uFFFF", "😀"], ct).ConfigureAwait(false);
            await FindsAsync(store, Filter.Less(field, "😀"), ["A", "a", "ab", "b", "\uFFFF"], ct).ConfigureAwait(false);
            await FindsAsync(store, Filter.AtMost(field, "\uFFFF"), ["A", "a", "ab", "b", "\uFFFF"], ct).ConfigureAwait(false);
            await FindsAsync(store, Filter.In(field, "b", "A", "zz"), ["A", "b"], ct).ConfigureAwait(false);
            await FindsAsync(store, Filter.Like(field, "a%"), ["a", "ab"], ct).ConfigureAwait(false);
            await FindsAsync(store, Filter.Exists(field), all, ct).ConfigureAwait(false);
            await FindsAsync(store, Filter.Not(Filter.Exists(field)), [], ct).ConfigureAwait(false);
            await FindsAsync(store, Filter.Greater(field, double.NegativeInfinity), [], ct).ConfigureAwait(false);
            await FindsAsync(store, Filter.Equal(field, 0), [], ct).ConfigureAwait(false);
            await FindsAsync(store, Filter.Not(Filter.Equal(field, "a")), all.Where(id => id != "a"), ct).ConfigureAwait(false);
        }
    }

    [Law]
    private static async Task Like_is_case_sensitive_counts_code_points_and_knows_two_wildcards_and_an_escape(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        string[] texts =
        [
            "", "a", "A", "ab", "Ab", "abc", "aXbXc", "a%c", "a_c", "a\\c", "a*c", "a?c", "a[b]c", "é", "e\u0301", "É", "😀", "x😀y", "\uFFFF", "line\nbreak", " a", "a ", "%", "_", "\\", "aab", "aaab",
            "ab\u0001c", "日本語", "100%", "50% off",
        ];
        await CommitAsync(store, ct, [.. texts.Select((t, i) => PutField($"{i:D2}", "t", t)), PutField("number", "t", 5), Put("none")]).ConfigureAwait(false);
        (string Pattern, string[] Matches)[] patterns =
        [
            ("a", ["a"]), ("A", ["A"]), ("ab%", ["ab", "abc", "ab\u0001c"]), ("Ab%", ["Ab"]), ("%b", ["ab", "Ab", "aab", "aaab"]), ("a%b", ["ab", "aab", "aaab"]), ("a_c", ["abc", "a%c", "a_c", "a\\c", "a*c", "a?c"]),
            ("a\\%c", ["a%c"]), ("a\\_c", ["a_c"]), ("a\\\\c", ["a\\c"]), ("a\\bc", ["abc"]), ("a*c", ["a*c"]), ("a?c", ["a?c"]), ("a[b]c", ["a[b]c"]), ("_", ["a", "A", "é", "É", "😀", "\uFFFF", "%", "_", "\\"]),
            ("__", ["ab", "Ab", "e\u0301", " a", "a "]), ("x_y", ["x😀y"]), ("%😀%", ["😀", "x😀y"]), ("é", ["é"]), ("e%", ["e\u0301"]), ("line%break", ["line\nbreak"]), ("line_break", ["line\nbreak"]), ("%\n%", ["line\nbreak"]),
            ("%\\%", ["%", "100%"]), ("%\\%%", ["a%c", "%", "100%", "50% off"]), ("\\_", ["_"]), ("\\\\", ["\\"]), ("日_語", ["日本語"]), ("_本%", ["日本語"]), ("a%X%c", ["aXbXc"]), ("%a_b", ["aab", "aaab"]),
            ("_%_", [.. texts.Where(t => t.EnumerateRunes().Count() >= 2)]), ("%", texts), ("%%", texts), ("5", []), ("b", []), ("%zz%", []), ("ab\u0001c", ["ab\u0001c"]), ("\\a\\b", ["ab"]), ("\\😀", ["😀"]),
        ];
        foreach (var (pattern, matches) in patterns)
        {
            var found = (await IdsAsync(store, ct, Filter.Like("t", pattern)).ConfigureAwait(false)).Select(id => id is "number" or "none" ? id : texts[int.Parse(id, System.Globalization.CultureInfo.InvariantCulture)]);
            Check.Sequence(matches.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal), $"the texts like '{pattern}'");
        }
    }

    [Law]
    private static async Task A_hostile_pattern_on_a_long_text_is_answered(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        await CommitAsync(store, ct, PutField("a", "t", new string('a', FieldValue.MaxTextBytes))).ConfigureAwait(false);
        await FindsAsync(store, Filter.Like("t", string.Concat(Enumerable.Repeat("%a", 20)) + "%b"), [], ct).ConfigureAwait(false);
        await FindsAsync(store, Filter.Like("t", string.Concat(Enumerable.Repeat("a%", 500))), ["a"], ct).ConfigureAwait(false);
    }

    private static async Task FindsAsync(IRecordStore store, Filter filter, IEnumerable<string> expected, CancellationToken ct) =>
        Check.Sequence(expected.Order(StringComparer.Ordinal), (await IdsAsync(store, ct, filter).ConfigureAwait(false)).Order(StringComparer.Ordinal), $"the records found by {Shown(filter)}");

    private static string Shown(Filter filter) => filter switch
    {
        AndFilter and => $"And({string.Join(", ", and.Filters.Select(Shown))})",
        OrFilter or => $"Or({string.Join(", ", or.Filters.Select(Shown))})",
        NotFilter not => $"Not({Shown(not.Inner)})",
        InFilter among => $"{among.Field} in [{string.Join(", ", among.Values)}]",
        CompareFilter compare => $"{compare.Field} {compare.Comparison} {(compare.Value.IsText ? $"'{compare.Value}'" : compare.Value)}",
        _ => filter.ToString(),
    };
}
