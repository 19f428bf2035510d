using MLOps.Storage;

namespace MLOps.Experiments;

[TestFixture(Backend.Memory)]
[TestFixture(Backend.Embedded)]
public sealed class SeriesCompactionTests(Backend backend)
{
    private TestStore _store = null!;
    private CrashingStreams _streams = null!;

    [SetUp]
    public void Open() => _store = new TestStore(backend, streams => _streams = new CrashingStreams(streams));

    [TearDown]
    public async Task Close() => await _store.DisposeAsync();

    [Test]
    public async Task A_run_that_flushed_often_ends_with_few_large_blocks_and_the_very_same_points_and_summary()
    {
        var values = Values(300);
        await using var run = await _store.Tracker.StartRunAsync("demand");
        await LogAsync(run, values);
        var before = (await _store.Tracker.GetRunAsync(run.Id)).Metrics["m"];
        Assert.That((await InfoAsync(run.Id)).Next, Is.EqualTo(300));
        await run.CompleteAsync();
        Assert.That(await InfoAsync(run.Id), Is.EqualTo((300L, 301L)));
        await SameAsync(run.Id, values);
        var after = (await _store.Tracker.GetRunAsync(run.Id)).Metrics["m"];
        Assert.That(after, Is.EqualTo(before with { Position = 301 }));

        await using var again = await _store.Tracker.ResumeRunAsync(run.Id);
        again.Log(again.Metric("m"), 7, 300);
        await again.CompleteAsync();
        await SameAsync(run.Id, [.. values, 7]);
        await using var fork = await _store.Tracker.ForkRunAsync(run.Id, 99);
        await fork.CompleteAsync();
        await SameAsync(fork.Id, values[..100]);
    }

    [Test]
    public async Task Few_blocks_and_large_ones_are_left_as_they_are()
    {
        await using var few = await _store.Tracker.StartRunAsync("demand");
        await LogAsync(few, Values(SeriesCompaction.Many - 1));
        await few.CompleteAsync();
        Assert.That(await InfoAsync(few.Id), Is.EqualTo((0L, SeriesCompaction.Many - 1L)));
        await using var large = await _store.Tracker.StartRunAsync("demand");
        for (var block = 0; block < SeriesCompaction.Many; block++)
        {
            for (var i = 0; i < 1_024; i++) large.Log(large.Metric("m"), i, i);
            await large.FlushAsync();
        }

        await large.CompleteAsync();
        Assert.That(await InfoAsync(large.Id), Is.EqualTo((0L, (long)SeriesCompaction.Many)));
    }

    [Test]
    public async Task A_run_that_goes_on_for_long_is_compacted_on_its_way()
    {
        var values = Values(1_100);
        await using var run = await _store.Tracker.StartRunAsync("demand");
        await LogAsync(run, values);
        Assert.That(await InfoAsync(run.Id), Is.EqualTo((1_024L, 1_101L)));
        await SameAsync(run.Id, values);
        await run.CompleteAsync();
        await SameAsync(run.Id, values);
    }

    [Test]
    public async Task A_crash_between_the_large_blocks_and_the_removal_of_the_small_ones_gives_every_point_once()
    {
        var values = Values(200);
        _streams.KeepsAll = true;
        await using var run = await _store.Tracker.StartRunAsync("demand");
        await LogAsync(run, values);
        await run.CompleteAsync();
        Assert.That(await InfoAsync(run.Id), Is.EqualTo((0L, 201L)));
        await SameAsync(run.Id, values);
        var whole = (await _store.Tracker.GetRunAsync(run.Id)).Metrics["m"];

        // The record does not tell of the large block yet: what it lacks begins the series anew.
        var stored = await new RunRecords(_store.Records).RunAsync(run.Id, default);
        var torn = stored.Value with { Metrics = new Dictionary<string, MetricSummary> { ["m"] = whole with { Position = 200, Last = 5 } } };
        Assert.That((await new MetricStreams(_store.Streams).RepairedAsync(torn, default)).Metrics["m"], Is.EqualTo(whole));
        _streams.KeepsAll = false;
        await using var again = await _store.Tracker.ResumeRunAsync(run.Id);
        again.Log(again.Metric("m"), 1, 200);
        await again.CompleteAsync();
        Assert.That(await InfoAsync(run.Id), Is.EqualTo((202L, 203L)), "the small blocks go with the next time");
        await SameAsync(run.Id, [.. values, 1]);
    }

    [Test]
    public async Task A_reader_whose_blocks_are_written_anew_meanwhile_gets_every_point_once()
    {
        var values = Values(700);
        await using var run = await _store.Tracker.StartRunAsync("demand");
        await LogAsync(run, values);
        var read = new List<double>();
        await foreach (var point in _store.Tracker.ReadMetricAsync(run.Id, "m"))
        {
            read.Add(point.Value);
            if (read.Count == 10) await run.CompleteAsync();
        }

        Assert.That(read.Select(BitConverter.DoubleToInt64Bits), Is.EqualTo(values.Select(BitConverter.DoubleToInt64Bits)));
    }

    private static double[] Values(int count) => [.. Enumerable.Range(0, count).Select(i => (i % 7) switch { 0 => double.NaN, 1 => -0.0, 2 => double.PositiveInfinity, _ => 1.0 / i })];

    private static async Task LogAsync(IRun run, double[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            run.Log(run.Metric("m"), values[i], i);
            await run.FlushAsync();
        }
    }

    private async Task SameAsync(string runId, double[] values)
    {
        var points = await _store.Tracker.ReadMetricAsync(runId, "m").ToListAsync();
        Assert.That(points.Select(p => (p.Step, BitConverter.DoubleToInt64Bits(p.Value))), Is.EqualTo(values.Select((v, i) => ((long)i, BitConverter.DoubleToInt64Bits(v)))));
    }

    private async Task<(long First, long Next)> InfoAsync(string runId) =>
        await _store.Streams.StatAsync(MetricStreams.Of(runId, "m")) is { } info ? (info.First, info.Next) : default;

    /// <summary>Streams whose blocks are not removed while <see cref="KeepsAll"/>: the process died before.</summary>
    private sealed class CrashingStreams(IStreamStore inner) : IStreamStore
    {
        public bool KeepsAll { get; set; }

        public ValueTask AppendAsync(IReadOnlyList<StreamAppend> appends, CancellationToken cancellationToken = default) => inner.AppendAsync(appends, cancellationToken);

        public IAsyncEnumerable<StreamBlock> ReadAsync(string stream, long from = 0, CancellationToken cancellationToken = default) => inner.ReadAsync(stream, from, cancellationToken);

        public ValueTask<StreamInfo?> StatAsync(string stream, CancellationToken cancellationToken = default) => inner.StatAsync(stream, cancellationToken);

        public IAsyncEnumerable<StreamInfo> ListAsync(string prefix, CancellationToken cancellationToken = default) => inner.ListAsync(prefix, cancellationToken);

        public ValueTask TruncateAsync(string stream, long before, CancellationToken cancellationToken = default) => KeepsAll ? default : inner.TruncateAsync(stream, before, cancellationToken);
    }
}
