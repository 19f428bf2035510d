using MLOps.Storage;

namespace MLOps.Experiments;

[TestFixture(Backend.Memory)]
[TestFixture(Backend.Embedded)]
public sealed class MetricLogTests(Backend backend)
{
    private static readonly MetricLogOptions Small = new() { Capacity = 8, BatchSize = 4 };

    private FaultyStreams _streams = null!;
    private TestStore _store = null!;

    [SetUp]
    public void Open() => _store = new TestStore(backend, inner => _streams = new FaultyStreams(inner));

    [TearDown]
    public async Task Close() => await _store.DisposeAsync();

    [Test]
    public async Task A_flush_appends_all_metrics_of_the_run_at_once_and_tells_the_record_once_a_second()
    {
        await using var run = await _store.Tracker.StartRunAsync("demand");
        for (var i = 0; i < 50; i++) run.Log(run.Metric($"m{i}"), i, 0);
        run.Log(run.Metric("m0"), 7, 1);
        await run.FlushAsync();
        Assert.That((await StoredAsync()).Metrics, Is.Empty);
        Assert.That((await _store.Tracker.GetRunAsync(run.Id)).Metrics["m0"].Last, Is.EqualTo(7), "read from the streams' ends");
        _store.Time.Advance(TimeSpan.FromSeconds(1));
        await run.FlushAsync();
        Assert.That(_streams.Appends, Is.EqualTo(new[] { 50 }));
        Assert.That((await StoredAsync()).Metrics["m0"], Is.EqualTo(new MetricSummary { Last = 7, LastStep = 1, Min = 0, Max = 7, Mean = 3.5, Count = 2, Position = 1 }));
        await run.CompleteAsync();

        async Task<Run> StoredAsync() => System.Text.Json.JsonSerializer.Deserialize((await _store.AllAsync("runs")).Single().Json.Span, ExperimentsJson.Default.Run)!;
    }

    [Test]
    public async Task Points_from_many_threads_all_arrive_in_each_threads_order()
    {
        await using var run = await _store.NewTracker(new() { Capacity = 64, BatchSize = 16 }).StartRunAsync("demand");
        var shared = run.Metric("shared");
        var threads = Enumerable.Range(0, 8).Select(t => new Thread(() =>
        {
            for (var i = 0; i < 500; i++) run.Log(shared, t, i);
        })).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        await run.CompleteAsync();
        var points = await _store.Tracker.ReadMetricAsync(run.Id, "shared").ToListAsync();
        Assert.That(points, Has.Count.EqualTo(4000));
        foreach (var thread in points.GroupBy(p => p.Value)) Assert.That(thread.Select(p => p.Step), Is.EqualTo(Enumerable.Range(0, 500)));
        Assert.That((await _store.Tracker.GetRunAsync(run.Id)).Metrics["shared"].Count, Is.EqualTo(4000));
    }

    [Test]
    public async Task Logging_waits_only_while_the_buffer_is_full_and_loses_nothing()
    {
        _streams.Hold();
        await using var run = await _store.NewTracker(Small).StartRunAsync("demand");
        var metric = run.Metric("m");
        for (var i = 0; i < 4; i++) run.Log(metric, i, i);
        await _streams.Waiting.Task;
        // The batch of 4 is on its way and stuck; the buffer has room for 8 more, and the 13th point has none.
        for (var i = 4; i < 12; i++) run.Log(metric, i, i);
        var logged = 0;
        var blocked = new Thread(() =>
        {
            run.Log(metric, 12, 12);
            Volatile.Write(ref logged, 1);
        });
        blocked.Start();
        SpinWait.SpinUntil(() => blocked.ThreadState.HasFlag(ThreadState.WaitSleepJoin));
        Assert.That(Volatile.Read(ref logged), Is.EqualTo(0));
        _streams.Release();
        blocked.Join();
        await run.CompleteAsync();
        Assert.That((await _store.Tracker.ReadMetricAsync(run.Id, "m").ToListAsync()).Select(p => p.Step), Is.EqualTo(Enumerable.Range(0, 13)));
    }

    [Test]
    public async Task A_waiting_logger_is_told_when_the_run_ends()
    {
        _streams.Hold();
        var run = await _store.NewTracker(Small).StartRunAsync("demand");
        var metric = run.Metric("m");
        for (var i = 0; i < 4; i++) run.Log(metric, i, i);
        await _streams.Waiting.Task;
        for (var i = 4; i < 12; i++) run.Log(metric, i, i);
        Exception? told = null;
        var blocked = new Thread(() =>
        {
            try
            {
                run.Log(metric, 12, 12);
            }
            catch (Exception e)
            {
                told = e;
            }
        });
        blocked.Start();
        SpinWait.SpinUntil(() => blocked.ThreadState.HasFlag(ThreadState.WaitSleepJoin));
        var disposing = run.DisposeAsync();
        blocked.Join();
        Assert.That(told, Is.InstanceOf<ObjectDisposedException>());
        _streams.Release();
        await disposing;
        Assert.That(await _store.Tracker.ReadMetricAsync(run.Id, "m").ToListAsync(), Has.Count.EqualTo(12));
    }

    [Test]
    public async Task A_failure_to_write_surfaces_at_the_flush_and_the_points_are_kept_until_it_succeeds()
    {
        await using var run = await _store.Tracker.StartRunAsync("demand");
        var metric = run.Metric("m");
        run.Log(metric, 1, 0);
        _streams.Failure = new IOException("The disk is full.");
        Assert.ThrowsAsync<IOException>(async () => await run.FlushAsync());
        run.Log(metric, 2, 1);
        Assert.ThrowsAsync<IOException>(async () => await run.CompleteAsync());
        _streams.Failure = null;
        run.Log(metric, 3, 2);
        await run.CompleteAsync();
        Assert.That((await _store.Tracker.ReadMetricAsync(run.Id, "m").ToListAsync()).Select(p => p.Value), Is.EqualTo(new[] { 1.0, 2, 3 }));
        Assert.That((await _store.Tracker.GetRunAsync(run.Id)).Metrics["m"].Count, Is.EqualTo(3));
    }

    [Test]
    public async Task A_failure_in_the_background_surfaces_at_the_next_flush()
    {
        await using var run = await _store.NewTracker(Small).StartRunAsync("demand");
        var metric = run.Metric("m");
        _streams.Failure = new IOException("The disk is full.");
        _streams.Hold();
        for (var i = 0; i < 4; i++) run.Log(metric, i, i);
        await _streams.Waiting.Task;
        _streams.Release();
        Assert.ThrowsAsync<IOException>(async () => await run.FlushAsync());
        _streams.Failure = null;
        await run.CompleteAsync();
        Assert.That(await _store.Tracker.ReadMetricAsync(run.Id, "m").ToListAsync(), Has.Count.EqualTo(4));
    }

    [Test]
    public async Task A_full_buffer_that_cannot_be_written_is_told_to_the_one_who_logs()
    {
        _streams.Failure = new IOException("The disk is full.");
        var run = await _store.NewTracker(Small).StartRunAsync("demand");
        var metric = run.Metric("m");
        var taken = 0;
        Assert.Throws<IOException>(() =>
        {
            for (; taken < 1000; taken++) run.Log(metric, taken, taken);
        });
        _streams.Failure = null;
        await run.CompleteAsync();
        Assert.That((await _store.Tracker.ReadMetricAsync(run.Id, "m").ToListAsync()).Select(p => p.Step), Is.EqualTo(Enumerable.Range(0, taken)));
    }

    [Test]
    public async Task A_lost_answer_is_repeated_and_recognised_as_a_replay()
    {
        await using var run = await _store.Tracker.StartRunAsync("demand");
        run.Log(run.Metric("a"), 1, 0);
        run.Log(run.Metric("b"), 2, 0);
        _streams.LoseAnswer = true;
        Assert.ThrowsAsync<IOException>(async () => await run.FlushAsync());
        run.Log(run.Metric("a"), 3, 1);
        await run.CompleteAsync();
        Assert.That((await _store.Tracker.ReadMetricAsync(run.Id, "a").ToListAsync()).Select(p => p.Value), Is.EqualTo(new[] { 1.0, 3.0 }));
        var known = await _store.Tracker.GetRunAsync(run.Id);
        Assert.That((known.Metrics["a"].Count, known.Metrics["b"].Count), Is.EqualTo((2L, 1L)));
    }

    [Test]
    public async Task Disposal_tells_a_failure_and_marks_the_run()
    {
        var run = await _store.Tracker.StartRunAsync("demand");
        run.Log(run.Metric("m"), 1, 0);
        _streams.Failure = new IOException("The disk is full.");
        Assert.ThrowsAsync<IOException>(async () => await run.DisposeAsync());
        _streams.Failure = null;
        var known = await _store.Tracker.GetRunAsync(run.Id);
        Assert.That(known.Status, Is.EqualTo(RunStatus.Failed));
        Assert.That(known.StatusReason, Does.Contain("could not be written"));
    }

    [Test]
    public async Task The_clock_flushes_what_no_batch_was_made_of()
    {
        await using var run = await _store.Tracker.StartRunAsync("demand");
        run.Log(run.Metric("m"), 1, 0);
        _streams.Hold();
        _store.Time.Advance(TimeSpan.FromSeconds(1));
        await _streams.Waiting.Task;
        _streams.Release();
        await run.FlushAsync();
        Assert.That(_streams.Appends, Is.EqualTo(new[] { 1 }));
        await run.CompleteAsync();
        Assert.That(_store.Time.WaitingTimers, Is.EqualTo(1), "only the tracker's lease waits");
    }

    [Test]
    public async Task Summaries_are_repaired_from_the_streams_end_after_a_crash()
    {
        var crashed = await _store.Tracker.StartRunAsync("demand");
        crashed.Log(crashed.Metric("m"), 5, 0);
        await crashed.FlushAsync();
        // A crash between the points and the record: blocks that no summary covers, of a known and of a new metric.
        await _store.Streams.AppendAsync(
        [
            new StreamAppend(MetricStreams.Of(crashed.Id, "m"), 1, MetricBlock.Encode([new(0, 1, 10, 3), new(0, 2, 20, double.NaN)])),
            new StreamAppend(MetricStreams.Of(crashed.Id, "n"), 0, MetricBlock.Encode([new(0, 9, 10, 1)])),
        ]);
        var tracker = _store.NewTracker();
        var expected = new MetricSummary { Last = double.NaN, LastStep = 2, Min = 3, Max = 5, Mean = 4, Count = 3, NaNCount = 1, Position = 2 };
        var known = await tracker.GetRunAsync(crashed.Id);
        Assert.That((known.Metrics["m"], known.Metrics["n"].Count), Is.EqualTo((expected, 1L)));
        Assert.That((await tracker.QueryRunsAsync().ToListAsync()).Single().Metrics["m"], Is.EqualTo(expected));

        await using var resumed = await tracker.ResumeRunAsync(crashed.Id);
        Assert.That((await tracker.QueryRunsAsync(new() { Filter = Filter.Equal("metrics.n", 1) }).ToListAsync()), Has.Count.EqualTo(1), "the repaired record is found by what was repaired");
        resumed.Log(resumed.Metric("m"), 1, 3);
        await resumed.CompleteAsync();
        known = await tracker.GetRunAsync(crashed.Id);
        Assert.That(known.Metrics["m"], Is.EqualTo(new MetricSummary { Last = 1, LastStep = 3, Min = 1, Max = 5, Mean = 3, Count = 4, NaNCount = 1, Position = 3 }));
        Assert.That((await tracker.ReadMetricAsync(crashed.Id, "m").ToListAsync()).Select(p => p.Step), Is.EqualTo(new[] { 0, 1, 2, 3 }));
    }

    [Test]
    public async Task A_damaged_block_is_an_integrity_error_that_names_the_stream()
    {
        await using var run = await _store.Tracker.StartRunAsync("demand");
        await _store.Streams.AppendAsync([new StreamAppend(MetricStreams.Of(run.Id, "m"), 0, new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 })]);
        Assert.That(Assert.ThrowsAsync<MLOpsIntegrityException>(async () => await _store.Tracker.ReadMetricAsync(run.Id, "m").ToListAsync())!.Key, Is.EqualTo(MetricStreams.Of(run.Id, "m")));
        await run.CompleteAsync();
    }

    [Test]
    public async Task The_tracker_s_end_makes_open_runs_durable_and_leaves_them_open()
    {
        var tracker = _store.NewTracker();
        var run = await tracker.StartRunAsync("demand");
        run.Log(run.Metric("m"), 1, 0);
        await tracker.DisposeAsync();
        Assert.That(await _store.Tracker.ReadMetricAsync(run.Id, "m").ToListAsync(), Has.Count.EqualTo(1));
        Assert.That((await _store.Tracker.GetRunAsync(run.Id)).Status, Is.EqualTo(RunStatus.Running));
        await run.CompleteAsync();
    }

    [Test]
    public async Task By_policy_points_without_room_are_dropped_and_counted_on_the_run()
    {
        _streams.Hold();
        await using var run = await _store.NewTracker(Small with { WhenFull = MetricOverflow.Drop }).StartRunAsync("demand");
        var metric = run.Metric("m");
        for (var i = 0; i < 4; i++) run.Log(metric, i, i);
        await _streams.Waiting.Task;
        for (var i = 4; i < 20; i++) run.Log(metric, i, i);
        Assert.That(run.DroppedPoints, Is.EqualTo(8));
        _streams.Release();
        await run.CompleteAsync();
        var known = await _store.Tracker.GetRunAsync(run.Id);
        Assert.That((known.DroppedPoints, known.Metrics["m"].Count), Is.EqualTo((8L, 12L)));
        await using var again = await _store.Tracker.ResumeRunAsync(run.Id);
        again.Log(again.Metric("m"), 1, 1);
        await again.CompleteAsync();
        Assert.That((await _store.Tracker.GetRunAsync(run.Id)).DroppedPoints, Is.EqualTo(8));
    }

    [Test]
    public async Task A_series_is_read_by_range_and_thinned_out()
    {
        await using var run = await _store.Tracker.StartRunAsync("demand");
        var metric = run.Metric("m");
        for (var i = 0; i < 1000; i++)
        {
            if (i == 500) _store.Time.Advance(TimeSpan.FromMinutes(1));
            run.Log(metric, i == 333 ? 1e6 : i % 7 == 0 ? double.NaN : Math.Sin(i * 0.1), i);
            if (i % 100 == 99) await run.FlushAsync();
        }

        await run.CompleteAsync();
        async Task<List<MetricPoint>> ReadAsync(MetricRange range) => await _store.Tracker.ReadMetricAsync(run.Id, "m", range).ToListAsync();
        var late = _store.Time.GetUtcNow();
        Assert.Multiple(async () =>
        {
            Assert.That((await ReadAsync(new() { FromStep = 10, ToStep = 19 })).Select(p => p.Step), Is.EqualTo(Enumerable.Range(10, 10)));
            Assert.That((await ReadAsync(new() { From = late })).Select(p => p.Step), Is.EqualTo(Enumerable.Range(500, 500)));
            Assert.That(await ReadAsync(new() { To = late - TimeSpan.FromMilliseconds(1) }), Has.Count.EqualTo(500));
            Assert.That(await ReadAsync(new() { FromStep = 2000 }), Is.Empty);
            Assert.That(await ReadAsync(new() { Points = 1000 }), Has.Count.EqualTo(1000));
            var extremes = await ReadAsync(new() { Points = 50 });
            Assert.That(extremes, Has.Count.LessThanOrEqualTo(50).And.Some.Matches<MetricPoint>(p => p.Value == 1e6));
            Assert.That(extremes.Select(p => p.Step), Is.Ordered);
            var triangles = await ReadAsync(new() { Points = 50, Sampling = MetricSampling.LargestTriangle });
            Assert.That(triangles, Has.Count.EqualTo(50).And.Some.Matches<MetricPoint>(p => p.Value == 1e6));
            Assert.That(triangles.Select(p => p.Step), Is.Ordered);
            Assert.That((triangles[0].Step, triangles[^1].Step), Is.EqualTo((1L, 999L)), "the first and the last number");
        });
        foreach (var points in new[] { 1, 0, -1, 100_001 }) Assert.ThrowsAsync<MLOpsInvalidException>(() => ReadAsync(new() { Points = points }));
    }

    [Test]
    public void Thinning_out_bears_whatever_a_series_holds()
    {
        foreach (var sampling in Enum.GetValues<MetricSampling>())
        foreach (var most in new[] { 2, 3, 4, 5, 17 })
        foreach (var value in new[] { double.NaN, double.PositiveInfinity, 1, double.MaxValue })
        {
            var same = new MetricColumns([.. Enumerable.Repeat(5L, 100)], new long[100], [.. Enumerable.Repeat(value, 100)]);
            Assert.That(MetricSample.Of(same, most, sampling).Count, Is.LessThanOrEqualTo(Math.Max(2, most)));
            Assert.That(MetricSample.Of(new MetricColumns([], [], []), most, sampling).Count, Is.Zero);
        }
    }

    [Test]
    public async Task Logging_allocates_nothing_once_the_buffer_has_grown()
    {
        await using var run = await _store.NewTracker(new() { Capacity = 4096, BatchSize = 4096 }).StartRunAsync("demand");
        var metric = run.Metric("m");
        for (var round = 0; round < 4; round++)
        {
            for (var i = 0; i < 4000; i++) run.Log(metric, i, i);
            await run.FlushAsync();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 4000; i++) run.Log(metric, i, i);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.EqualTo(0));
        await run.CompleteAsync();
    }

    [Test]
    public async Task A_run_of_an_older_release_without_some_members_is_read()
    {
        var id = new string('b', 32);
        await _store.Records.CommitAsync(new RecordCommit("tester",
        [
            new RecordPut(new("runs", id), System.Text.Encoding.UTF8.GetBytes($$"""{"id":"{{id}}","experiment":"old","name":"n","actor":"a","startedAt":"2026-01-01T00:00:00+00:00","future":{"x":1} }""")),
            new RecordPut(new("experiments", "old"), """{"name":"old","createdAt":"2026-01-01T00:00:00+00:00"}"""u8.ToArray()),
        ]));
        var run = await _store.Tracker.ResumeRunAsync(id);
        run.Log(run.Metric("m"), 1, 0);
        await run.SetParamAsync("a", "1");
        await run.SetTagAsync("a", "1");
        await run.AddArtifactAsync("a", new MemoryStream([1]));
        await run.CompleteAsync();
        var known = await _store.Tracker.GetRunAsync(id);
        Assert.That((known.Params.Count, known.Tags.Count, known.Metrics.Count, known.Artifacts.Count, known.Inputs.Count), Is.EqualTo((1, 1, 1, 1, 0)));
        Assert.That(System.Text.Encoding.UTF8.GetString((await _store.AllAsync("runs")).Single().Json.Span), Does.Contain("\"future\":{\"x\":1}"));
    }
}
