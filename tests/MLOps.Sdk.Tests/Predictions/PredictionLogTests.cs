using Microsoft.Extensions.DependencyInjection;
using MLOps.Data;
using MLOps.Models;
using MLOps.Storage;
using MLOps.Storage.Memory;
using MLOps.Testing;

namespace MLOps.Predictions;

public sealed class PredictionLogTests
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly FeatureSchema<Ride> s_schema = FeatureSchema.For<Ride>().Number("temp", r => r.Temp).Category("weather", r => r.Weather);

    private ManualTimeProvider _time = null!;
    private BrokenStreams _streams = null!;
    private StoreProcess _store = null!;
    private ModelVersion _version = null!;

    private PredictionLog Log => _store.Log;

    [SetUp]
    public async Task Open()
    {
        _time = new ManualTimeProvider(s_start);
        _streams = new BrokenStreams(new MemoryStreamStore());
        _store = NewStore();
        _version = await _store.Registry.RegisterAsync("m", new LineModel(1, 0));
    }

    [TearDown]
    public async Task Close() => await _store.DisposeAsync();

    [Test]
    public async Task A_prediction_is_found_with_its_row_and_its_label()
    {
        var sink = Log.Open("m", s_schema.Features);
        var generation = await GenerationAsync();
        for (var i = 1; i <= 100; i++) Assert.That(Post(sink, generation, i, hour: i), Is.True);
        await Log.AddLabelsAsync([new(new(generation, 42), 17.5)]);

        var found = await Log.FindAsync(new(generation, 42));

        Assert.That((found.State, found.Model, found.Number, found.Label), Is.EqualTo((PredictionState.Logged, "m", 1, 17.5)));
        Assert.That(found.EventTime, Is.EqualTo(s_start.AddHours(42)));
        Assert.That(found.Features.Select(f => f.Key), Is.EqualTo(["temp", "weather"]));
        Assert.That((await Log.FindAsync(new(generation, 41))).Label, Is.Null);
    }

    [Test]
    public async Task A_number_that_was_never_given_out_is_told_apart_from_a_row_that_is_gone()
    {
        var sink = Log.Open("m", s_schema.Features);
        var generation = await GenerationAsync();
        foreach (var i in new[] { 1, 2, 5 }) Post(sink, generation, i, hour: i);

        var open = (await StateAsync(0), await StateAsync(2), await StateAsync(3), await StateAsync(9));
        await Log.CloseGenerationAsync(generation, 8);
        var closed = (await StateAsync(0), await StateAsync(2), await StateAsync(7), await StateAsync(9));

        Assert.That(open, Is.EqualTo((PredictionState.NeverMade, PredictionState.Logged, PredictionState.NotLogged, PredictionState.Unknown)));
        Assert.That(closed, Is.EqualTo((PredictionState.NeverMade, PredictionState.Logged, PredictionState.NotLogged, PredictionState.NeverMade)));
        Assert.That(async () => await Log.FindAsync(new(generation ^ 1, 1)), Throws.TypeOf<MLOpsNotFoundException>());

        async Task<PredictionState> StateAsync(ulong sequence) => (await Log.FindAsync(new(generation, sequence))).State;
    }

    [Test]
    public async Task What_was_posted_is_read_back_by_event_time()
    {
        var sink = Log.Open("m", s_schema.Features);
        var generation = await GenerationAsync();
        for (var i = 1; i <= 100; i++) Assert.That(Post(sink, generation, i, hour: i), Is.True);

        var rows = await RowsAsync(10, 20);
        Assert.That(rows.Select(r => r.Sequence), Is.EqualTo(Enumerable.Range(10, 10)));
        Assert.That(rows[0], Is.EqualTo((10, 10.5, 20.0, "w1", 1)));
        Assert.That(await RowsAsync(101, 200), Is.Empty);
        Assert.That((Log.Dropped, Log.Failures), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task Rows_of_two_processes_and_many_generations_are_read_together()
    {
        await using var other = NewStore(_store);
        foreach (var store in new[] { _store, other })
        {
            var sink = store.Log.Open("m", s_schema.Features);
            for (var g = 0; g < 3; g++)
            {
                var generation = (await store.Log.OpenGenerationAsync(_version, "champion")).ToNumber();
                for (var i = 1; i <= 5; i++) Post(sink, generation, i, hour: 1);
            }
        }

        await other.Log.FlushAsync();
        var rows = await RowsAsync(0, 10);
        Assert.That(rows, Has.Count.EqualTo(30));
    }

    [Test]
    public async Task A_full_disk_loses_nothing()
    {
        var sink = Log.Open("m", s_schema.Features);
        var generation = await GenerationAsync();
        for (var i = 1; i <= 10; i++) Post(sink, generation, i, hour: 1);
        _streams.IsFull = true;
        Assert.That(async () => await Log.FlushAsync(), Throws.TypeOf<MLOpsUnavailableException>());
        _streams.IsFull = false;

        Assert.That(await RowsAsync(0, 10), Has.Count.EqualTo(10));
        Assert.That(Log.Dropped, Is.Zero);
    }

    [Test]
    public async Task A_block_that_is_refused_is_counted_and_takes_no_other_with_it()
    {
        var sink = Log.Open("m", s_schema.Features);
        var (refused, kept) = (await GenerationAsync(), (await Log.OpenGenerationAsync(_version, "champion")).ToNumber());
        _streams.Refuses = append => append.Stream.EndsWith(ServedGeneration.ToId(refused), StringComparison.Ordinal);
        for (var i = 1; i <= 10; i++) Post(sink, refused, i, hour: 1);
        for (var i = 1; i <= 5; i++) Post(sink, kept, i, hour: 1);
        await Log.FlushAsync();
        Assert.That(await RowsAsync(0, 10), Has.Count.EqualTo(5));
        Assert.That(Log.Dropped, Is.EqualTo(10));

        _streams.Refuses = _ => false;
        for (var i = 11; i <= 13; i++) Post(sink, refused, i, hour: 1);
        Assert.That(await RowsAsync(0, 10), Has.Count.EqualTo(8), "the stream goes on after its refused block");
    }

    [Test]
    public async Task A_generation_that_was_idle_for_whole_intervals_is_written_again()
    {
        var sink = Log.Open("m", s_schema.Features);
        var generation = await GenerationAsync();
        for (var i = 1; i <= 3; i++)
        {
            Post(sink, generation, i, hour: 1);
            for (var idle = 0; idle < 3; idle++) await Log.FlushAsync();
        }

        Assert.That((await RowsAsync(0, 10)).Select(r => r.Sequence), Is.EqualTo(new[] { 1, 2, 3 }));
    }

    [Test]
    public async Task Rows_are_written_when_the_interval_has_passed()
    {
        var sink = Log.Open("m", s_schema.Features);
        var generation = await GenerationAsync();
        Post(sink, generation, 1, hour: 1);
        var stream = PredictionStreams.Predictions("m", ServedGeneration.ToId(generation));
        Assert.That(await _streams.StatAsync(stream), Is.Null);
        _time.Advance(TimeSpan.FromSeconds(1));
        while (await _streams.StatAsync(stream) is null) await Task.Yield();
    }

    [Test]
    public async Task A_full_log_drops_and_counts_and_never_waits()
    {
        _streams.FailBefore = true;
        await using var store = NewStore(_store, o => (o.Capacity, o.BlockRows, o.PendingBlocks) = (64, 16, 2));
        var sink = store.Log.Open("m", s_schema.Features);
        var generation = await GenerationAsync();
        var kept = Enumerable.Range(1, 10_000).Count(i => Post(sink, generation, i, hour: 1));
        Assert.That(kept, Is.InRange(64, 64 + (4 * 16)), "the ring, the blocks that wait and the one being filled");
        Assert.That(store.Log.Dropped, Is.EqualTo(10_000 - kept));

        _streams.FailBefore = false;
        await store.Log.FlushAsync();
        Assert.That(await RowsAsync(0, 10), Has.Count.EqualTo(kept), "what was kept is written, what was dropped was counted");
        Assert.That(Post(sink, generation, 10_001, hour: 1), Is.True);
    }

    [Test]
    public async Task A_store_that_fails_loses_nothing_and_a_lost_answer_writes_nothing_twice()
    {
        var sink = Log.Open("m", s_schema.Features);
        var generation = await GenerationAsync();
        for (var i = 1; i <= 6; i++)
        {
            (_streams.FailBefore, _streams.FailAfter) = (i % 3 == 0, i % 3 == 1);
            Post(sink, generation, i, hour: 1);
            if (i % 3 == 2) await Log.FlushAsync();
            else Assert.ThrowsAsync<IOException>(async () => await Log.FlushAsync());
        }

        (_streams.FailBefore, _streams.FailAfter) = (false, false);
        Assert.That((await RowsAsync(0, 10)).Select(r => r.Sequence), Is.EqualTo(Enumerable.Range(1, 6)));
        Assert.That(Log.Failures, Is.EqualTo(4));
        Assert.That(_store.Logs.Messages.Count(m => m.Contains("could not be written", StringComparison.Ordinal)), Is.EqualTo(3), "once for each outage");
    }

    [Test]
    public async Task Closing_the_log_writes_what_is_left()
    {
        var generation = await GenerationAsync();
        Post(Log.Open("m", s_schema.Features), generation, 1, hour: 1);
        await _store.DisposeAsync();
        _store = NewStore(_store);
        Assert.That(await RowsAsync(0, 10), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Columns_that_throw_and_rows_too_large_are_dropped_and_counted()
    {
        var broken = FeatureSchema.For<Ride>().Number("temp", _ => throw new InvalidOperationException("no")).Category("weather", r => r.Weather);
        var sink = Log.Open("m", s_schema.Features);
        var generation = await GenerationAsync();
        Assert.That(sink.Post(new(generation, 1), 1, s_start.UtcTicks, broken, new Ride(1, "w")), Is.False);
        sink.Post(new(generation, 2), 1, s_start.UtcTicks, s_schema, new Ride(1, new string('x', 2_000_000)));
        Post(sink, generation, 3, hour: 0);
        Assert.That((await RowsAsync(0, 10)).Select(r => r.Sequence), Is.EqualTo(new[] { 3 }));
        Assert.That(Log.Dropped, Is.EqualTo(2));
    }

    [Test]
    public async Task Posts_from_many_threads_all_arrive()
    {
        await using var store = NewStore(_store, o => (o.Capacity, o.BlockRows) = (65536, 64));
        var sink = store.Log.Open("m", s_schema.Features);
        var generation = await GenerationAsync();
        Parallel.For(1, 50_001, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i => Post(sink, generation, i, hour: i % 7));
        await store.Log.FlushAsync();
        var rows = await RowsAsync(0, 10);
        Assert.That(store.Log.Dropped, Is.Zero);
        Assert.That(rows.Select(r => r.Sequence).Order(), Is.EqualTo(Enumerable.Range(1, 50_000)));
        Assert.That(rows, Has.All.Matches<(int Sequence, double Score, double Temp, string? Weather, int Number)>(r => r.Score == r.Sequence + 0.5 && r.Temp == r.Sequence * 2), "no row was torn");
    }

    [Test]
    public async Task Posting_allocates_nothing()
    {
        await using var store = NewStore(_store, o => o.Capacity = 1 << 16);
        var sink = store.Log.Open("m", s_schema.Features);
        var ride = new Ride(1, "w");
        for (var i = 0; i < 1000; i++) sink.Post(new(1, 1), 1, 1, s_schema, ride);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++) sink.Post(new(1, 1), 1, 1, s_schema, ride);
        // Waking the writer allocates a little, four times for each round of the ring.
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(2000));
    }

    [Test]
    public async Task A_damaged_block_is_an_integrity_error_that_names_it()
    {
        var generation = await GenerationAsync();
        Post(Log.Open("m", s_schema.Features), generation, 1, hour: 1);
        await Log.FlushAsync();
        var stream = PredictionStreams.Predictions("m", ServedGeneration.ToId(generation));
        await _streams.AppendAsync([new StreamAppend(stream, 1, new byte[100])]);
        Assert.That(async () => await RowsAsync(0, 10), Throws.TypeOf<MLOpsIntegrityException>().With.Property("Key").EqualTo($"{stream}:1"));
    }

    [Test]
    public async Task A_generation_without_rows_left_by_a_crash_disturbs_nothing()
    {
        await GenerationAsync();
        Assert.That(await RowsAsync(0, 10), Is.Empty);
        Assert.That(async () => await Log.GenerationAsync(new PredictionId(77, 1)), Throws.TypeOf<MLOpsNotFoundException>().With.Message.Contains("000000000000004d"));
    }

    [Test]
    public async Task The_label_observed_last_counts_whoever_wrote_it_and_when()
    {
        var generation = await GenerationAsync();
        var sink = Log.Open("m", s_schema.Features);
        for (var i = 1; i <= 5; i++) Post(sink, generation, i, hour: i);
        await using var other = NewStore(_store);

        await Log.AddLabelsAsync([Label(1, 10, day: 2), Label(2, 20, day: 2), Label(3, 30, day: 2)]);
        _time.Advance(TimeSpan.FromHours(1));
        await other.Log.AddLabelsAsync([Label(1, 11, day: 3), Label(2, 21, day: 1), Label(3, 31, day: 2)]);
        await other.Log.AddLabelsAsync([Label(3, 31, day: 2), new PredictionLabel(new(generation, 4), 40)]);

        var labels = new Dictionary<ulong, double>();
        await foreach (var batch in Log.ReadAsync("m", s_start, s_start.AddDays(9), withLabels: true))
            for (var i = 0; i < batch.Count; i++) labels[batch.Sequences[i]] = batch.Labels![i];
        Assert.That(labels, Is.EqualTo(new Dictionary<ulong, double> { [1] = 11, [2] = 20, [3] = 31, [4] = 40, [5] = double.NaN }));

        PredictionLabel Label(ulong sequence, double value, int day) => new(new(generation, sequence), value, s_start.AddDays(day));
    }

    [Test]
    public async Task Labels_are_kept_all_or_none()
    {
        var generation = await GenerationAsync();
        var good = new PredictionLabel(new(generation, 1), 1);
        Assert.That(async () => await Log.AddLabelsAsync([good, new(new(generation, 2), double.NaN)]), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(async () => await Log.AddLabelsAsync([good, new(new(99, 2), 1)]), Throws.TypeOf<MLOpsNotFoundException>());
        Assert.That(async () => await Log.AddLabelsAsync([.. Enumerable.Repeat(good, 10_001)]), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(async () => await Log.AddLabelsAsync([good], new CancellationToken(true)), Throws.InstanceOf<OperationCanceledException>());
        await Log.AddLabelsAsync([]);
        Assert.That(_streams.ListAsync("labels/").ToBlockingEnumerable(), Is.Empty);

        _streams.FailAfter = true;
        Assert.ThrowsAsync<IOException>(async () => await Log.AddLabelsAsync([good]));
        _streams.FailAfter = false;
        await Log.AddLabelsAsync([good]);
        Assert.That(_streams.ListAsync("labels/").ToBlockingEnumerable().Single().Next, Is.EqualTo(2), "written twice, which a repeated label may be");
    }

    [Test]
    public void Options_out_of_range_are_refused_by_name() => Assert.That(
        () => NewStore(configure: o => o.Capacity = 100), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("Capacity is 100"));

    private static bool Post(PredictionSink sink, ulong generation, int i, int hour) =>
        sink.Post(new(generation, (ulong)i), i + 0.5, s_start.AddHours(hour).UtcTicks, s_schema, new Ride(i * 2, "w" + (i % 3)));

    private async Task<ulong> GenerationAsync() => (await Log.OpenGenerationAsync(_version, "champion")).ToNumber();

    private async Task<List<(int Sequence, double Score, double Temp, string? Weather, int Number)>> RowsAsync(int from, int to)
    {
        var rows = new List<(int, double, double, string?, int)>();
        await foreach (var batch in Log.ReadAsync("m", s_start.AddHours(from), s_start.AddHours(to)))
            for (var i = 0; i < batch.Count; i++) rows.Add(((int)batch.Sequences[i], batch.Scores[i], batch.Numbers[0][i], batch.Categories[0][i], batch.Number));
        return rows;
    }

    private StoreProcess NewStore(StoreProcess? shared = null, Action<PredictionLogOptions>? configure = null) => new(
        b =>
        {
            b.AddModelType("line", TestModelsJson.Default.LineModel);
            if (configure is not null) b.UsePredictionLog(configure);
        },
        shared, _time, streams: _streams);

    private sealed record Ride(double Temp, string Weather);
}
