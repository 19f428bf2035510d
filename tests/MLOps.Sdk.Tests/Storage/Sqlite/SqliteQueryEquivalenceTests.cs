using System.Globalization;
using MLOps.Storage;
using MLOps.Storage.Memory;
using MLOps.Storage.Relational;

namespace MLOps.Tests.Storage;

/// <summary>The planner may choose any way it likes: its answers are those of the memory store, which looks at every record.</summary>
sealed class SqliteQueryEquivalenceTests
{
    private static readonly string[] Fields = ["a", "b", "c", "never", RecordQuery.Id];
    private static readonly string[] Words = ["", "a", "A", "ab", "abc", "a%", "a_b", "*", "[x]", "?", "é", "\uE000", "\U0001F600", "\U0010FFFF", "\uD7FF", "b\\", "\uFFFD"];
    private static readonly string[] Patterns = ["%", "a%", "A%", "_", "a_", "a\\%", "a\\_b", "%b%", "\\*", "*", "[x]", "?", "é", "\U0001F600", "_%", "\U0010FFFF%", "\uD7FF%", "b\\\\", "r1_", "r%", "abc"];
    private static readonly double[] Numbers = [0, -0.0, 1, 2, 3, 1e300, double.NegativeInfinity, double.PositiveInfinity, double.NaN, 0.1];

    [Test]
    [CancelAfter(120_000)]
    public async Task Random_queries_give_what_a_look_at_every_record_gives([Values(1, 2, 3)] int seed, CancellationToken token)
    {
        var random = new Random(seed);
        await using var file = new SqliteFile();
        var store = file.Open();
        var yardstick = new MemoryRecordStore();
        await FillAsync(random, store, yardstick, token);
        for (var i = 0; i < 400; i++)
        {
            var query = new RecordQuery("things")
            {
                Filter = random.Next(8) == 0 ? null : RandomFilter(random, 0),
                OrderBy = random.Next(4) == 0 ? null : Fields[random.Next(Fields.Length)],
                Descending = random.Next(2) == 0,
                Size = random.Next(4) == 0 ? random.Next(1, 5) : random.Next(5, 400),
            };
            await SameAsync(query, store, yardstick, token);
        }
    }

    [Test]
    public async Task A_filter_as_large_and_deep_as_the_rules_allow_is_answered()
    {
        await using var file = new SqliteFile();
        var store = file.Open();
        var yardstick = new MemoryRecordStore();
        await FillAsync(new Random(9), store, yardstick, default);
        Filter deep = Filter.Equal("a", 1);
        for (var i = 0; i < 30; i++) deep = i % 2 == 0 ? Filter.Not(deep) : Filter.Or(deep, Filter.Equal("b", "a"), Filter.Less("c", i), Filter.Not(Filter.Exists("a")));
        await SameAsync(new("things") { Filter = deep, OrderBy = "a" }, store, yardstick, default);
        await SameAsync(new("things") { Filter = Filter.Or([.. Enumerable.Range(0, 990).Select(i => Filter.Equal("a", i + 2))]) }, store, yardstick, default);
        await SameAsync(new("things") { Filter = Filter.And([.. Enumerable.Range(0, 490).Select(i => Filter.Not(Filter.Equal("a", i + 2)))]) }, store, yardstick, default);
        await SameAsync(new("things") { Filter = Filter.In("a", [.. Enumerable.Range(0, 990).Select(i => FieldValue.Of(i))]) }, store, yardstick, default);
        var stars = string.Concat(Enumerable.Repeat("%a", 500));
        await SameAsync(new("things") { Filter = Filter.Like("a", stars) }, store, yardstick, default);
    }

    private static async Task FillAsync(Random random, RelationalStore store, MemoryRecordStore yardstick, CancellationToken token)
    {
        for (var batch = 0; batch < 6; batch++)
        {
            var operations = new List<RecordOperation>();
            foreach (var id in Enumerable.Range(0, 300).OrderBy(_ => random.Next()).Take(120))
            {
                var key = new RecordKey("things", id % 17 == 0 ? Words[1 + id / 17 % (Words.Length - 1)] + id : string.Create(CultureInfo.InvariantCulture, $"r{id}"));
                if (random.Next(6) == 0) operations.Add(new RecordDelete(key));
                else operations.Add(new RecordPut(key, "{}"u8.ToArray(), RandomFields(random)));
            }

            operations.Add(new RecordPut(new("others", $"o{batch}"), "1"u8.ToArray(), RandomFields(random)));
            var commit = new RecordCommit("test", operations);
            var (one, other) = (await store.CommitAsync(commit, token), await yardstick.CommitAsync(commit, token));
            Assert.That(one.Versions, Is.EqualTo(other.Versions));
            Assert.That(one.Position, Is.EqualTo(other.Position));
        }
    }

    private static async Task SameAsync(RecordQuery query, RelationalStore store, MemoryRecordStore yardstick, CancellationToken token)
    {
        var page = query;
        for (var pages = 0; pages < 4; pages++)
        {
            var (actual, expected) = (await store.QueryAsync(page, token), await yardstick.QueryAsync(page, token));
            Assert.That(actual.Records.Select(Shown), Is.EqualTo(expected.Records.Select(Shown)), () => $"{page}");
            Assert.That(actual.Next, Is.EqualTo(expected.Next), () => $"{page}");
            Assert.That(actual.Position, Is.EqualTo(expected.Position));
            if (actual.Next is null) return;
            page = page with { After = actual.Next };
        }
    }

    private static string Shown(Record record) =>
        $"{record.Key} {record.Version} {string.Join(";", record.Fields.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => $"{f.Key}={(f.Value.IsText ? "t" : "n")}{f.Value}"))}";

    private static Dictionary<string, FieldValue> RandomFields(Random random)
    {
        var fields = new Dictionary<string, FieldValue>();
        foreach (var name in Fields[..3])
            if (random.Next(4) > 0) fields[name] = RandomValue(random);
        return fields;
    }

    private static FieldValue RandomValue(Random random) =>
        random.Next(2) == 0 ? FieldValue.Of(Numbers[random.Next(Numbers.Length)]) : FieldValue.Of(Words[random.Next(Words.Length)]);

    private static Filter RandomFilter(Random random, int depth)
    {
        var field = Fields[random.Next(Fields.Length)];
        return random.Next(depth > 3 ? 4 : 8) switch
        {
            0 => new CompareFilter(field, (Comparison)random.Next(5), RandomValue(random)),
            1 => Filter.In(field, [.. Enumerable.Range(0, random.Next(4)).Select(_ => RandomValue(random))]),
            2 => Filter.Like(field, Patterns[random.Next(Patterns.Length)]),
            3 => Filter.Exists(field),
            4 => Filter.Not(RandomFilter(random, depth + 1)),
            5 => Filter.Or([.. Enumerable.Range(0, random.Next(4)).Select(_ => RandomFilter(random, depth + 1))]),
            _ => Filter.And([.. Enumerable.Range(0, random.Next(4)).Select(_ => RandomFilter(random, depth + 1))]),
        };
    }
}
