using System.Globalization;
using MLOps.Storage;
using MLOps.Storage.Memory;

namespace MLOps.Tests.Histories;

/// <summary>The planner may choose any way it likes: its answers are those of the memory store, which looks at every record.</summary>
internal static class QueryEquivalence
{
    public static async Task OfRandomQueriesAsync(int seed, IRecordStore store, CancellationToken token)
    {
        var random = new Random(seed);
        var yardstick = new MemoryRecordStore();
        await FillAsync(random, store, yardstick, token);
        for (var i = 0; i < 400; i++) await SameAsync(RandomRecords.Query(random, "things", 400), store, yardstick, token);
    }

    public static async Task OfLargeAndDeepFiltersAsync(IRecordStore store, CancellationToken token)
    {
        var yardstick = new MemoryRecordStore();
        await FillAsync(new Random(9), store, yardstick, token);
        Filter deep = Filter.Equal("a", 1);
        for (var i = 0; i < 30; i++) deep = i % 2 == 0 ? Filter.Not(deep) : Filter.Or(deep, Filter.Equal("b", "a"), Filter.Less("c", i), Filter.Not(Filter.Exists("a")));
        await SameAsync(new("things") { Filter = deep, OrderBy = "a" }, store, yardstick, token);
        await SameAsync(new("things") { Filter = Filter.Or([.. Enumerable.Range(0, 990).Select(i => Filter.Equal("a", i + 2))]) }, store, yardstick, token);
        await SameAsync(new("things") { Filter = Filter.And([.. Enumerable.Range(0, 490).Select(i => Filter.Not(Filter.Equal("a", i + 2)))]) }, store, yardstick, token);
        await SameAsync(new("things") { Filter = Filter.In("a", [.. Enumerable.Range(0, 990).Select(i => FieldValue.Of(i))]) }, store, yardstick, token);
        var stars = string.Concat(Enumerable.Repeat("%a", 500));
        await SameAsync(new("things") { Filter = Filter.Like("a", stars) }, store, yardstick, token);
    }

    /// <summary>Conditions that hold for a part of many records, evenly, or only where the order comes to last; and an order with many ties.</summary>
    public static async Task OfWideConditionsAsync(IRecordStore store, CancellationToken token)
    {
        var yardstick = new MemoryRecordStore();
        var operations = Enumerable.Range(0, 600).Select(i => (RecordOperation)new RecordPut(new("things", RandomRecords.Id(i)), "{}"u8.ToArray(), new Dictionary<string, FieldValue>
        {
            ["third"] = i % 3, ["late"] = i / 400, ["tied"] = i % 7, ["own"] = i, ["mixed"] = i % 5 == 0 ? FieldValue.Of($"t{i}") : FieldValue.Of(i),
        })).ToList();
        foreach (var side in (IRecordStore[])[store, yardstick]) await side.CommitAsync(new RecordCommit("test", operations), token);
        foreach (var filter in (Filter[])[Filter.Equal("third", 1), Filter.Equal("late", 1), Filter.And(Filter.Equal("third", 1), Filter.Equal("late", 1)), Filter.And(Filter.Less("own", 300), Filter.Equal("third", 0))])
            foreach (var order in (string[])["tied", "own", "mixed", "never"])
                foreach (var descending in (bool[])[false, true])
                    await SameAsync(new("things") { Filter = filter, OrderBy = order, Descending = descending, Size = 11 }, store, yardstick, token, pages: 30);
    }

    private static async Task FillAsync(Random random, IRecordStore store, MemoryRecordStore yardstick, CancellationToken token)
    {
        for (var batch = 0; batch < 6; batch++)
        {
            var operations = new List<RecordOperation>();
            foreach (var id in Enumerable.Range(0, 300).OrderBy(_ => random.Next()).Take(120))
            {
                var key = new RecordKey("things", RandomRecords.Id(id));
                if (random.Next(6) == 0) operations.Add(new RecordDelete(key));
                else operations.Add(new RecordPut(key, "{}"u8.ToArray(), RandomRecords.FieldsOf(random)));
            }

            operations.Add(new RecordPut(new("others", string.Create(CultureInfo.InvariantCulture, $"o{batch}")), "1"u8.ToArray(), RandomRecords.FieldsOf(random)));
            var commit = new RecordCommit("test", operations);
            var (one, other) = (await store.CommitAsync(commit, token), await yardstick.CommitAsync(commit, token));
            Assert.That(one.Versions, Is.EqualTo(other.Versions));
            Assert.That(one.Position, Is.EqualTo(other.Position));
        }
    }

    private static async Task SameAsync(RecordQuery query, IRecordStore store, MemoryRecordStore yardstick, CancellationToken token, int pages = 4)
    {
        var page = query;
        for (; pages > 0; pages--)
        {
            var (actual, expected) = (await store.QueryAsync(page, token), await yardstick.QueryAsync(page, token));
            Assert.That(actual.Records.Select(RandomRecords.Shown), Is.EqualTo(expected.Records.Select(RandomRecords.Shown)), () => $"{page}");
            Assert.That(actual.Next, Is.EqualTo(expected.Next), () => $"{page}");
            Assert.That(actual.Position, Is.EqualTo(expected.Position));
            if (actual.Next is null) return;
            page = page with { After = actual.Next };
        }
    }
}
