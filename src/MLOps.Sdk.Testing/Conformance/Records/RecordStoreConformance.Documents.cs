using MLOps.Storage;

namespace MLOps.Testing;

public sealed partial class RecordStoreConformance
{
    private const int MaxJson = 16 * 1024 * 1024;

    [Law]
    private static async Task A_document_is_kept_as_its_exact_bytes(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        string[] documents =
        [
            "{}", "[]", "null", "true", "\"\"", "0", "-0", "1.0", "1.10", "1e400", "-1E+2", "123456789012345678901234567890.10", " \r\n\t{ \"b\" : 1,\n\t\"a\":2 } \n",
            """{"b":1,"a":2,"b":3}""", """["\u00e9\/\b\f\n\r\t\"\\","é","\ud83d\ude00","😀"]""", """{"\u0061":"\\u0000 is only a backslash and a word"}""",
            "[\"\uFFFF\uFFFE\uE000\u0080\u007F\u2028 cafe\u0301\"]", "{\"\":{\"\":[[[[]]]]}}",
        ];
        await CommitAsync(store, ct, [.. documents.Select((d, i) => Put($"{i:D2}", d))]).ConfigureAwait(false);
        var page = await store.QueryAsync(new RecordQuery(Things), ct).ConfigureAwait(false);
        Check.Equal(documents.Length, page.Records.Count, "the number of documents");
        for (var i = 0; i < documents.Length; i++)
        {
            Check.SameBytes(Utf8(documents[i]), (await store.GetAsync(Key($"{i:D2}"), ct).ConfigureAwait(false))!.Json, $"document {i} from a get");
            Check.SameBytes(Utf8(documents[i]), page.Records[i].Json, $"document {i} from a query");
        }
    }

    [Law]
    private static async Task What_is_not_one_JSON_value_is_refused(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        string[] broken =
        [
            "", " ", "{", "}", "{} {}", "1 2", "nul", "NaN", "Infinity", "{\"a\":1,}", "[1,]", "{'a':1}", "{a:1}", "// c\n{}", "/* c */{}", "\uFEFF{}", "01", "+1", "\"a", "\"\t\"",
            "\"\\x41\"", "\"\0\"", "{}\0", "\"\\u0000\"", "{\"\\u0000\":1}", "\"\\ud800\"", "\"\\udc00\\ud800\"", "{\"a\":\"\\ud83dx\"}",
        ];
        foreach (var json in broken) await RefusedAsync(store, Put("a", json), $"The document '{json}'", ct).ConfigureAwait(false);
        byte[][] notUtf8 = [[0xFF], [(byte)'"', 0xC3, (byte)'"'], [(byte)'"', 0xED, 0xA0, 0x80, (byte)'"'], [(byte)'"', 0xC0, 0x80, (byte)'"'], [.. "{}"u8, 0xFF]];
        foreach (var bytes in notUtf8) await RefusedAsync(store, new RecordPut(Key("a"), bytes), $"The bytes {Convert.ToHexString(bytes)}", ct).ConfigureAwait(false);
        Check.That(await store.GetAsync(Key("a"), ct).ConfigureAwait(false) is null, "A refused document was stored.");
    }

    [Law]
    private static async Task A_document_of_16_MiB_is_kept_and_a_longer_one_refused(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        var json = new byte[MaxJson + 1];
        for (var i = 0; i < json.Length; i++) json[i] = (byte)('a' + i % 26);
        (json[0], json[MaxJson - 1]) = ((byte)'"', (byte)'"');
        await CommitAsync(store, ct, new RecordPut(Key("a"), json.AsMemory(0, MaxJson))).ConfigureAwait(false);
        Check.SameBytes(json.AsMemory(0, MaxJson), (await store.GetAsync(Key("a"), ct).ConfigureAwait(false))!.Json, "the document");
        (json[MaxJson - 1], json[MaxJson]) = ((byte)'x', (byte)'"');
        await RefusedAsync(store, new RecordPut(Key("b"), json), "A document of 16 MiB and one byte", ct).ConfigureAwait(false);
    }

    [Law]
    private static async Task Fields_come_back_as_they_were_put_and_NaN_not_at_all(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        (string, FieldValue)[] fields =
        [
            ("text", "é😀 '\"%_\\"), ("empty", ""), ("zero", -0.0), ("third", 1.0 / 3), ("tiny", double.Epsilon), ("max", double.MaxValue), ("low", double.NegativeInfinity),
            ("high", double.PositiveInfinity), ("big", 9007199254740993.0), ("UPPER", 1), ("upper", 2), ("a'b\"c]d;--", 3), ("é", 4), ("😀", 5), ("a.b/c $", 6), (new string('n', 1000), 7),
            ("long", new string('é', FieldValue.MaxTextBytes / 2)),
        ];
        await CommitAsync(store, ct, Put("a", "{}", null, [.. fields, ("nan", double.NaN)])).ConfigureAwait(false);
        var got = (await store.GetAsync(Key("a"), ct).ConfigureAwait(false))!.Fields;
        var queried = (await store.QueryAsync(new RecordQuery(Things), ct).ConfigureAwait(false)).Records[0].Fields;
        foreach (var found in new[] { got, queried })
        {
            Check.Sequence(fields.Select(f => f.Item1).Order(StringComparer.Ordinal), found.Keys.Order(StringComparer.Ordinal), "the names of the fields");
            foreach (var (name, value) in fields) Check.Equal(value, found[name], $"field '{name}'");
        }

        foreach (var (name, value) in fields)
            Check.Sequence(["a"], await IdsAsync(store, ct, Filter.And(Filter.Exists(name), Filter.Equal(name, value), Filter.In(name, value))).ConfigureAwait(false), $"the records found by field '{name}'");
    }

    [Law]
    private static async Task A_put_replaces_all_fields_and_a_deletion_removes_them(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        await CommitAsync(store, ct, Put("a", "{}", null, ("x", 1), ("y", "1"))).ConfigureAwait(false);
        await CommitAsync(store, ct, Put("a", "{}", null, ("y", 2))).ConfigureAwait(false);
        Check.Sequence([], await IdsAsync(store, ct, Filter.Exists("x")).ConfigureAwait(false), "the records with a field of the state before");
        Check.Sequence([], await IdsAsync(store, ct, Filter.Equal("y", "1")).ConfigureAwait(false), "the records with a value of the state before");
        Check.Sequence(["a"], await IdsAsync(store, ct, Filter.Equal("y", 2)).ConfigureAwait(false), "the records with the new value");
        await CommitAsync(store, ct, new RecordDelete(Key("a"))).ConfigureAwait(false);
        await CommitAsync(store, ct, Put("a")).ConfigureAwait(false);
        Check.Sequence([], await IdsAsync(store, ct, Filter.Exists("y")).ConfigureAwait(false), "the records with a field from before the deletion");
    }

    [Law]
    private static async Task A_record_takes_10000_fields_and_no_more(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        var fields = Enumerable.Range(0, 10_000).ToDictionary(i => $"f{i}", i => (FieldValue)i);
        await CommitAsync(store, ct, new RecordPut(Key("a"), Empty, fields)).ConfigureAwait(false);
        Check.Equal(10_000, (await store.GetAsync(Key("a"), ct).ConfigureAwait(false))!.Fields.Count, "the number of fields");
        Check.Sequence(["a"], await IdsAsync(store, ct, Filter.Equal("f9999", 9999)).ConfigureAwait(false), "the records found by the last field");
        fields["more"] = 1;
        await RefusedAsync(store, new RecordPut(Key("a"), Empty, fields), "A record with 10,001 fields", ct).ConfigureAwait(false);
    }
}
