using System.Globalization;
using MLOps.Storage;

namespace MLOps.Tests.Storage;

sealed class SqliteProcessesTests
{
    [Test]
    [CancelAfter(120_000)]
    public async Task Eight_processes_write_one_store_without_an_error_and_lose_nothing(CancellationToken token)
    {
        const int Processes = 8, Rounds = 25;
        await using var file = new SqliteFile();
        var runs = await Task.WhenAll(Enumerable.Range(0, Processes).Select(i =>
            ChildProcess.RunAsync(
                ChildProcess.Of(Requirement.Built("tests/MLOps.CrashWorker", "MLOps.CrashWorker"), "append-records", file.Folder, string.Create(CultureInfo.InvariantCulture, $"w{i}"), Rounds.ToString(CultureInfo.InvariantCulture)), token)));
        Assert.That(runs.Select(r => (r.Code, r.Errors)), Is.All.EqualTo((0, string.Empty)));

        var store = file.Open();
        var rounds = await store.QueryAsync(new("rounds") { Size = 10_000, OrderBy = "round" }, token);
        Assert.That(rounds.Records, Has.Count.EqualTo(Processes * Rounds));
        Assert.That(rounds.Position, Is.EqualTo(2 * Processes * Rounds), "Every commit has a position of its own.");
        var counter = await store.GetAsync(new("counters", "shared"), token);
        Assert.That(int.Parse(counter!.Json.Span, CultureInfo.InvariantCulture), Is.EqualTo(Processes * Rounds));
        Assert.That(counter.Version, Is.EqualTo(Processes * Rounds));
        for (var i = 0; i < Processes; i++)
        {
            var blocks = new List<StreamBlock>();
            await foreach (var block in store.ReadAsync(string.Create(CultureInfo.InvariantCulture, $"stream/w{i}"), 0, token)) blocks.Add(block);
            Assert.That(blocks.Select(b => System.Text.Encoding.UTF8.GetString(b.Bytes.Span)), Is.EqualTo(Enumerable.Range(0, Rounds).Select(n => string.Create(CultureInfo.InvariantCulture, $"w{i} {n}"))));
        }
    }
}
