using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Benchmarks.References;
using MLOps.Storage;

namespace MLOps.Benchmarks.Ratios;

/// <summary>The embedded backends against hand-written SQL with the same durability: WAL, synchronous FULL.</summary>
internal static class StorageFigures
{
    private const int Streams = 1000;

    public static async Task RunAsync(Scoreboard board)
    {
        using var scratch = new Scratch();
        await using (var provider = Open(scratch.Next("store.db")))
        {
            using var records = new HandWrittenRecords(scratch.Next("records.db"));
            using var blocks = new BareBlocks(scratch.Next("blocks.db"));
            await CommitsAsync(board, string.Empty, provider.GetRequiredService<IRecordStore>(), (position, rows) =>
            {
                records.Commit(position, rows);
                return Task.CompletedTask;
            });
            await BlocksAsync(board, string.Empty, provider.GetRequiredService<IStreamStore>(), appends =>
            {
                blocks.Append(appends);
                return Task.CompletedTask;
            });
        }

        await QueriesAsync(board, scratch);
    }

    /// <summary>Commits of one record and of a hundred, of ten fields each.</summary>
    public static async Task CommitsAsync(Scoreboard board, string prefix, IRecordStore store, Func<int, IEnumerable<(string Id, byte[] Json, double[] Numbers, string[] Texts)>, Task> reference)
    {
        var (ours, theirs) = (0, 0);
        foreach (var (commits, size) in ((int, int)[])[(100, 1), (20, 100)])
        {
            await board.RatioAsync(string.Create(CultureInfo.InvariantCulture, $"{prefix}record-commits-of-{size}-10-fields"), "/s", Goal.AtLeast(0.7),
                async () => commits * size / await Clock.SecondsAsync(async () =>
                {
                    for (var i = 0; i < commits; i++)
                    {
                        var operations = Enumerable.Range(0, size).Select(_ => Put(Row(ours++))).ToArray<RecordOperation>();
                        await store.CommitAsync(new RecordCommit("bench", operations));
                    }
                }),
                async () => commits * size / await Clock.SecondsAsync(async () =>
                {
                    for (var i = 0; i < commits; i++) await reference(i, Enumerable.Range(0, size).Select(_ => Row(theirs++)));
                }));
        }
    }

    /// <summary>One block of 4 KiB to each of 1,000 streams in a commit.</summary>
    public static async Task BlocksAsync(Scoreboard board, string prefix, IStreamStore store, Func<IEnumerable<(int Stream, int Position, byte[] Block)>, Task> reference)
    {
        var block = new byte[4096];
        new Random(7).NextBytes(block);
        const int Commits = 4;
        var (ours, theirs) = (0, 0);
        var names = Enumerable.Range(0, Streams).Select(i => string.Create(CultureInfo.InvariantCulture, $"run/{i:D4}/metrics")).ToArray();

        await board.RatioAsync(prefix + "blocks-4k-to-1000-streams", "/s", Goal.AtLeast(0.7),
            async () => Commits * Streams / await Clock.SecondsAsync(async () =>
            {
                for (var i = 0; i < Commits; i++, ours++) await store.AppendAsync([.. names.Select(name => new StreamAppend(name, ours, block))]);
            }),
            async () => Commits * Streams / await Clock.SecondsAsync(async () =>
            {
                for (var i = 0; i < Commits; i++, theirs++) await reference(Enumerable.Range(0, Streams).Select(stream => (stream, theirs, block)));
            }));
    }

    private static async Task QueriesAsync(Scoreboard board, Scratch scratch)
    {
        const int Records = 20_000, Batch = 1000;
        await using var provider = Open(scratch.Next("query.db"));
        var store = provider.GetRequiredService<IRecordStore>();
        for (var i = 0; i < Records; i += Batch)
            await store.CommitAsync(new RecordCommit("bench", [.. Enumerable.Range(i, Batch).Select(Wide)]));

        var random = new Random(11);
        var query = new RecordQuery("wide") { OrderBy = "n2", Size = 100 };
        await board.BestAsync("filter-page-p95", " ms", Goal.AtMost(5, " ms"), async () =>
        {
            var times = new List<double>();
            for (var i = 0; i < 100; i++)
            {
                var filtered = query with { Filter = Filter.And(Filter.Less("n0", random.NextDouble()), Filter.Equal("t1", Word(random.Next(20)))) };
                times.Add(await Clock.SecondsAsync(async () => await store.QueryAsync(filtered)) * 1e3);
            }

            return times.Order().ElementAt(94);
        }, rounds: 5);

        var tokens = new List<string?> { null };
        while (await store.QueryAsync(query with { After = tokens[^1] }) is { Next: { } next }) tokens.Add(next);
        // The last page also has to find out that nothing lacks the field it is ordered by.
        await board.RatioAsync("page-199-to-page-1", " ms", Goal.AtMost(1.2), () => PageAsync(tokens[198]), () => PageAsync(tokens[0]));
        await board.RatioAsync("page-200-to-page-1", " ms", Goal.AtMost(1.2), () => PageAsync(tokens[199]), () => PageAsync(tokens[0]));

        async Task<double> PageAsync(string? after) => await Clock.SecondsAsync(async () =>
        {
            for (var i = 0; i < 20; i++) await store.QueryAsync(query with { After = after });
        }) * 1e3 / 20;
    }

    private static ServiceProvider Open(string file)
    {
        var services = new ServiceCollection();
        new MLOpsBuilder(services, null).UseSqlite(file);
        return services.BuildServiceProvider();
    }

    /// <summary>Five numbers and five texts, and a document of about 300 bytes.</summary>
    private static (string Id, byte[] Json, double[] Numbers, string[] Texts) Row(int i)
    {
        double[] numbers = [i, i * 0.37 % 1, i * 0.11 % 1, i % 17, Math.Sqrt(i)];
        string[] texts = [Word(i), Word(i * 3), Word(i * 5), Word(i * 7), Word(i * 11)];
        var json = string.Create(CultureInfo.InvariantCulture, $$"""{"numbers":[{{string.Join(',', numbers)}}],"texts":["{{string.Join("\",\"", texts)}}"],"note":"{{new string('x', 150)}}"}""");
        return ($"r{i:D8}", Encoding.UTF8.GetBytes(json), numbers, texts);
    }

    private static RecordPut Put((string Id, byte[] Json, double[] Numbers, string[] Texts) row)
    {
        var fields = new Dictionary<string, FieldValue>(10);
        for (var i = 0; i < row.Numbers.Length; i++) fields[s_numbers[i]] = row.Numbers[i];
        for (var i = 0; i < row.Texts.Length; i++) fields[s_texts[i]] = row.Texts[i];
        return new RecordPut(new RecordKey("bench", row.Id), row.Json, fields, RecordOperation.Absent);
    }

    private static RecordPut Wide(int i)
    {
        var random = new Random(i);
        var fields = new Dictionary<string, FieldValue>(20);
        for (var f = 0; f < 10; f++) fields[$"n{f}"] = random.NextDouble();
        for (var f = 0; f < 10; f++) fields[$"t{f}"] = Word(random.Next(20));
        return new RecordPut(new RecordKey("wide", $"r{i:D8}"), "{}"u8.ToArray(), fields, RecordOperation.Absent);
    }

    private static readonly string[] s_numbers = [.. Enumerable.Range(0, 5).Select(i => $"n{i}")];
    private static readonly string[] s_texts = [.. Enumerable.Range(0, 5).Select(i => $"t{i}")];

    private static string Word(int i) => "value-" + (i % 97).ToString(CultureInfo.InvariantCulture);
}
