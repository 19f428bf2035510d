using System.Globalization;
using MLOps.Storage;
using MLOps.Tests.Histories;

namespace MLOps.Experiments;

[TestFixture(Backend.Memory)]
[TestFixture(Backend.Embedded)]
public sealed class RunSearchTests(Backend backend)
{
    private TestStore _store = null!;
    private ExperimentTracker _tracker = null!;

    [SetUp]
    public void Open()
    {
        _store = new TestStore(backend);
        _tracker = _store.Tracker;
    }

    [TearDown]
    public async Task Close() => await _store.DisposeAsync();

    [Test]
    public async Task A_param_compares_with_a_number_by_value_and_with_a_text_by_letters()
    {
        foreach (var (name, lr) in new[] { ("a", "0.1"), ("b", "0.10"), ("c", "1e-1"), ("d", "0.5"), ("e", "auto"), ("f", "10"), ("g", "9"), ("h", "NaN") }) await RunAsync(name, lr);
        Assert.Multiple(async () =>
        {
            Assert.That(await FoundAsync("params.lr = 0.1"), Is.EqualTo("abc"));
            Assert.That(await FoundAsync("params.lr = '0.1'"), Is.EqualTo("a"));
            Assert.That(await FoundAsync("params.lr < 0.5"), Is.EqualTo("abc"));
            Assert.That(await FoundAsync("params.lr between 0.5 and 10"), Is.EqualTo("dfg"));
            Assert.That(await FoundAsync("params.lr in (0.1, 'auto')"), Is.EqualTo("abce"));
            Assert.That(await FoundAsync("params.lr != 0.1"), Is.EqualTo("defgh"));
            Assert.That(await FoundAsync("params.lr like '%0%'"), Is.EqualTo("abdf"));
            Assert.That((await _tracker.QueryRunsAsync(new() { OrderBy = "params.lr", Descending = false }).ToListAsync()).Select(r => r.Params["lr"]).Select(v => v is "0.10" or "1e-1" ? "0.1" : v), Is.EqualTo(new[] { "0.1", "0.1", "0.1", "0.5", "9", "10", "NaN", "auto" }), "by value, then texts");
            Assert.That(await _tracker.QueryRunsAsync(new() { Filter = Filter.Less("params.lr", 0.5) }).CountAsync(), Is.EqualTo(3));
        });
    }

    [Test]
    public async Task Every_part_of_a_run_is_searched()
    {
        var data = await _store.Datasets.CommitAsync("bike", Data.DatasetChange.Whole().PutText("a", "1"));
        await using var run = await _tracker.StartRunAsync("demand", new() { Name = "x", Datasets = [data] });
        foreach (var value in new[] { 1.0, double.NaN, 5 }) run.Log(run.Metric("m"), value, 0);
        _store.Time.Advance(TimeSpan.FromSeconds(90));
        await run.CompleteAsync();
        foreach (var found in new[]
                 {
                     $"datasets.bike = '{data.Id}'", $"datasets.bike.training = '{data.Id}'", $"attributes.id = '{run.Id}'", $"id like '{run.Id[..8]}%'", "duration = 90", "metrics.m.mean = 3", "metrics.m.count = 3", "metrics.m = 5",
                     "metrics.m.min = 1", "metrics.m.max = 5", "actor = 'tester'", "started <= '2026-01-01T00:00:00Z'", "ended > '2026-01-01T00:00:00Z'", "deleted is null", "experiment = 'demand'", "status in ('FINISHED', 'failed')",
                 })
            Assert.That(await FoundAsync(found), Is.EqualTo("x"), found);
    }

    [Test]
    public async Task Pages_give_every_run_once_while_runs_come_and_go()
    {
        for (var i = 0; i < 25; i++) await RunAsync($"r{i:D2}", i.ToString(CultureInfo.InvariantCulture));
        var query = new RunQuery { OrderBy = "params.lr", Descending = false, Limit = 10 };
        var names = new List<string>();
        for (string? after = null; ;)
        {
            var page = await _tracker.PageRunsAsync(query with { After = after });
            names.AddRange(page.Runs.Select(r => r.Name));
            if ((after = page.Next) is null) break;
            await RunAsync("early", "-1");
        }

        Assert.That(names, Is.EqualTo(Enumerable.Range(0, 25).Select(i => $"r{i:D2}")));
        var first = await _tracker.PageRunsAsync(query);
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await _tracker.PageRunsAsync(query with { Descending = true, After = first.Next }));
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await _tracker.PageRunsAsync(query with { After = "x" }));
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await _tracker.PageRunsAsync(query with { Limit = 0 }));
    }

    [Test]
    public Task Text_objects_and_a_plain_reading_agree_on_random_runs() => RunSearchEquivalence.OfRandomRunsAsync(_tracker, () => _store.Time.Advance(TimeSpan.FromSeconds(1)), default);

    private async Task<string> FoundAsync(string text) =>
        string.Concat((await _tracker.QueryRunsAsync(new() { Filter = RunFilter.Parse(text) }).Select(r => r.Name).ToListAsync()).Order(StringComparer.Ordinal));

    private async Task RunAsync(string name, string lr)
    {
        await using var run = await _tracker.StartRunAsync("demand", new() { Name = name, Params = new Dictionary<string, string> { ["lr"] = lr } });
        await run.CompleteAsync();
    }
}
