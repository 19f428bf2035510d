using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using MLOps.Storage;

namespace MLOps.Experiments;

[TestFixture(Backend.Memory)]
[TestFixture(Backend.Embedded)]
public sealed class RunBridgesTests(Backend backend)
{
    private TestStore _store = null!;

    [SetUp]
    public void Open() => _store = new TestStore(backend);

    [TearDown]
    public async Task Close() => await _store.DisposeAsync();

    [Test]
    public async Task What_meters_measure_becomes_metrics()
    {
        using var meter = new Meter("trainer");
        using var foreign = new Meter("foreign");
        var (rows, batch, other) = (meter.CreateCounter<long>("rows"), meter.CreateHistogram<double>("batch.seconds"), foreign.CreateCounter<int>("other"));
        meter.CreateObservableGauge("queue", () => 7);
        meter.CreateObservableGauge<double>("broken/name\n", () => 1.5);
        await using var run = await _store.Tracker.StartRunAsync("demand");
        using (run.RecordMeters(["trainer"], TimeSpan.FromSeconds(10), _store.Time))
        {
            rows.Add(5);
            rows.Add(3, new KeyValuePair<string, object?>("split", "a/b"));
            other.Add(1);
            foreach (var value in new[] { 1.0, 2, 6 }) batch.Record(value);
            _store.Time.Advance(TimeSpan.FromSeconds(10));
            rows.Add(2);
            batch.Record(10);
        }

        rows.Add(100);
        await run.CompleteAsync();
        var known = await _store.Tracker.GetRunAsync(run.Id);
        Assert.That(known.Metrics.Keys, Is.EquivalentTo(new[] { "meter/rows", "meter/rows/split=a_b", "meter/batch.seconds", "meter/batch.seconds.count", "meter/queue", "meter/broken_name_" }));
        Assert.That((await _store.Tracker.ReadMetricAsync(run.Id, "meter/rows").ToListAsync()).Select(p => (p.Step, p.Value)), Is.EqualTo(new[] { (0L, 5.0), (1L, 7.0) }));
        Assert.That((await _store.Tracker.ReadMetricAsync(run.Id, "meter/batch.seconds").ToListAsync()).Select(p => p.Value), Is.EqualTo(new[] { 3.0, 10 }));
        Assert.That(known.Metrics["meter/queue"].Last, Is.EqualTo(7));
    }

    [Test]
    public async Task A_bridge_that_outlives_its_run_harms_nobody()
    {
        using var meter = new Meter("late");
        meter.CreateObservableGauge("throws", (Func<int>)(() => throw new InvalidOperationException("no")));
        var run = await _store.Tracker.StartRunAsync("demand");
        using var bridge = run.RecordMeters(["late"], TimeSpan.FromSeconds(10), _store.Time);
        meter.CreateCounter<int>("c").Add(1);
        await run.CompleteAsync();
        _store.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Throws<MLOpsInvalidException>(() => run.RecordMeters(["late"], TimeSpan.Zero));
    }

    [Test]
    public async Task Log_lines_attach_to_the_run_and_are_read_in_order()
    {
        await using var run = await _store.Tracker.StartRunAsync("demand");
        using (var factory = LoggerFactory.Create(b => b.AddProvider(run.LoggerProvider(LogLevel.Information, _store.Time))))
        {
            var logger = factory.CreateLogger("Trainer");
#pragma warning disable CA1848, CA2254, CA1873 // Ordinary callers log so.
            logger.LogInformation("epoch {Epoch}", 1);
            logger.LogDebug("not kept");
            await run.FlushAsync();
            logger.LogError(new InvalidOperationException("boom"), "failed <script> \ud800");
            logger.LogWarning(new string('x', 20_000));
#pragma warning restore CA1848, CA2254, CA1873
        }

        await run.CompleteAsync();
        run.WriteLine(new RunLogLine(_store.Time.GetUtcNow(), "Information", "", "after the end"));
        var lines = await _store.Tracker.ReadLogAsync(run.Id).ToListAsync();
        Assert.That(lines.Select(l => (l.Level, l.Category, l.Message.Split('\n')[0][..7])), Is.EqualTo(new[] { ("Information", "Trainer", "epoch 1"), ("Error", "Trainer", "failed "), ("Warning", "Trainer", "xxxxxxx") }));
        Assert.That(lines[1].Message, Does.Contain("boom"));
        Assert.That(lines[2].Message, Has.Length.EqualTo(16_001));
        await _store.Tracker.DeleteRunAsync(run.Id);
        await _store.Tracker.PurgeRunAsync(run.Id);
        Assert.That(await _store.Streams.ReadAsync(RunLogs.Of(run.Id)).CountAsync(), Is.Zero);
    }

    [Test]
    public async Task Lines_are_written_by_the_clock_and_a_damaged_block_is_told()
    {
        await using var run = await _store.Tracker.StartRunAsync("demand");
        run.WriteLine(new RunLogLine(_store.Time.GetUtcNow(), "Information", "", "one"));
        for (var i = 0; i < 100 && await _store.Tracker.ReadLogAsync(run.Id).CountAsync() == 0; i++) _store.Time.Advance(TimeSpan.FromSeconds(1));
        await run.FlushAsync();
        Assert.That(await _store.Tracker.ReadLogAsync(run.Id).Select(l => l.Message).ToListAsync(), Is.EqualTo(new[] { "one" }));
        await _store.Streams.AppendAsync([new StreamAppend(RunLogs.Of(run.Id), 1, "{nonsense"u8.ToArray())]);
        Assert.ThrowsAsync<MLOpsIntegrityException>(async () => await _store.Tracker.ReadLogAsync(run.Id).CountAsync());
        Assert.ThrowsAsync<MLOpsNotFoundException>(async () => await _store.Tracker.ReadLogAsync(new string('a', 32)).CountAsync());
        await run.CompleteAsync();
    }

    [Test]
    public async Task Spans_name_their_run_and_the_run_their_traces()
    {
        using var source = new ActivitySource("training");
        await using var run = await _store.Tracker.StartRunAsync("demand");
        ActivityTraceId trace;
        using (run.LinkActivities(["training"], _store.Time))
        {
            using var outer = source.StartActivity("fit")!;
            using var inner = source.StartActivity("batch")!;
            trace = outer.TraceId;
            Assert.That((outer.GetTagItem(RunBridges.RunAttribute), inner.GetTagItem(RunBridges.RunAttribute)), Is.EqualTo(((object)run.Id, (object)run.Id)));
        }

        Assert.That(source.StartActivity("after"), Is.Null);
        await run.CompleteAsync();
        Assert.That((await _store.Tracker.ReadLogAsync(run.Id).ToListAsync()).Select(l => l.Message), Is.EqualTo(new[] { $"fit: trace {trace}" }));
    }
}
