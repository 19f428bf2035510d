using System.Text;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Data;
using MLOps.Monitoring;
using MLOps.Predictions;
using MLOps.Records;
using MLOps.Statistics;
using MLOps.Storage;

namespace MLOps.Tests.Monitoring;

internal sealed class WindowTests
{
    [Test]
    public void A_hundred_windows_merged_are_one_pass_in_every_exact_field_and_close_in_ranks()
    {
        var random = new Random(71);
        var numbers = Enumerable.Range(0, 100_000).Select(i => i % 50 == 0 ? double.NaN : Math.Exp(2 * Columns.Normal(random, 1)[0])).ToArray();
        var categories = Enumerable.Range(0, 100_000).Select(i => i % 70 == 0 ? null : $"c{random.Next(40) * random.Next(2)}").ToArray();
        var profiles = new[] { ColumnProfile.Of(new FeatureColumn("x", FeatureKind.Number, numbers.AsMemory(0, 5_000), default)), ColumnProfile.Of(new FeatureColumn("c", FeatureKind.Category, default, categories.AsMemory(0, 200))) };
        foreach (var profile in profiles)
        {
            var shape = new ColumnShape(profile);
            FeatureColumn Part(int from, int length) => profile.Kind is FeatureKind.Number ? new("x", profile.Kind, numbers.AsMemory(from, length), default) : new("c", profile.Kind, default, categories.AsMemory(from, length));
            var whole = new WindowColumn(shape);
            whole.Add(Part(0, 100_000));
            var merged = new WindowColumn(shape);
            foreach (var window in Enumerable.Range(0, 100).OrderBy(_ => random.Next()))
            {
                var part = new WindowColumn(shape);
                part.Add(Part(window * 1000, 1000));
                // Through its bytes, as it lies in a store.
                var block = new BlockWriter();
                part.Write(block);
                var reader = BlockReader.Of(block.Written, "test");
                merged.Merge(WindowColumn.Read(ref reader, shape, "test"));
            }

            Assert.That(merged.Counts.ToArray(), Is.EqualTo(whole.Counts.ToArray()));
            Assert.That((merged.Missing, merged.OutOfRange, merged.Moments.Count, merged.Moments.InfinityCount), Is.EqualTo((whole.Missing, whole.OutOfRange, whole.Moments.Count, whole.Moments.InfinityCount)));
            Assert.That(merged.Distinct, Is.EqualTo(whole.Distinct).Within(1).Percent);
            if (profile.Kind is FeatureKind.Category) continue;
            Assert.That((merged.Moments.Min, merged.Moments.Max), Is.EqualTo((whole.Moments.Min, whole.Moments.Max)));
            Assert.That(merged.Moments.Mean, Is.EqualTo(whole.Moments.Mean).Within(1e-9));
            Assert.That(merged.Values!.Weighted().CumulativeWeights[^1], Is.EqualTo(98_000), "the weights sum to the count");
            var error = RankError(merged.Values, [.. numbers.Where(v => !double.IsNaN(v)).Order()]);
            TestContext.Out.WriteLine($"largest rank error {error:0.0000}");
            Assert.That(error, Is.LessThanOrEqualTo(0.006));
        }
    }

    [Test]
    public async Task Windows_that_two_processes_count_are_the_same_whoever_comes_first_and_count_each_row_once()
    {
        await using var world = new LiveWorld();
        await using var other = new LiveWorld(sharing: world);
        var version = await world.RegisterChampionAsync();
        Point[] rows = [.. LiveWorld.Rows(72, 2_000)];
        await world.PredictAsync(version, rows[..1000]);
        await other.PredictAsync(version, rows[1000..]);
        await world.Get<PredictionLog>().FlushAsync();
        await other.Get<PredictionLog>().FlushAsync();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(() => Book(i % 2 == 0 ? world : other).AdvanceAsync(LiveWorld.Line, default).AsTask())));
        var baseline = await world.Registry.ReadBaselineAsync(version);
        var window = world.Window;
        var summary = (await Book(world).ReadAsync(LiveWorld.Line, 1, baseline, window.From, window.To, default))!;
        Assert.That(summary.Rows, Is.EqualTo(2_000));
        var whole = new ColumnShape(baseline!.Features[0]).Sample(new("x", FeatureKind.Number, rows.Select(r => r.X).ToArray(), default));
        Assert.That(summary.Columns[0].Counts.ToArray(), Is.EqualTo(whole.Counts));
        Assert.That(summary.Columns[^1].Profile.Name, Is.EqualTo("prediction"));
        await Book(other).AdvanceAsync(LiveWorld.Line, default);
        Assert.That((await Book(other).ReadAsync(LiveWorld.Line, 1, baseline, window.From, window.To, default))!.Rows, Is.EqualTo(2_000), "nothing is counted twice");
    }

    [Test]
    public async Task Windows_outlive_their_rows_and_hours_become_days()
    {
        await using var world = new LiveWorld();
        var version = await world.RegisterChampionAsync();
        var window = world.Window;
        await world.PredictAsync(version, LiveWorld.Rows(73, 3_000, shift: 1, colour: "green"));
        var before = await world.Monitor.EvaluateAsync(LiveWorld.Line, window);
        world.Clock.Advance(TimeSpan.FromDays(60));
        Assert.That(await world.Get<PredictionUpkeep>().RetainAsync(LiveWorld.Line, TimeSpan.FromDays(30)), Is.GreaterThan(0));
        Assert.That(await world.Get<PredictionUpkeep>().ExportAsync(LiveWorld.Line, window).AnyAsync(), Is.False);
        Assert.That(await world.Get<IStreamStore>().ListAsync(WindowStreams.Days(LiveWorld.Line, 1)).CountAsync(), Is.GreaterThanOrEqualTo(2));
        var after = await world.Monitor.EvaluateAsync(LiveWorld.Line, window);
        Assert.That((after.Number, after.Rows, after.Verdict), Is.EqualTo((1, 3_000L, MonitorVerdict.Drift)));
        Assert.That(after.Features.Select(f => (f.Name, f.Drifted)), Is.EqualTo(before.Features.Select(f => (f.Name, f.Drifted))));
        Assert.That(after.Features[0].Counts, Is.EqualTo(before.Features[0].Counts));
        Assert.That(after.Features[0].Effect, Is.EqualTo(before.Features[0].Effect).Within(0.05 * before.Features[0].Effect));
        Assert.That(after.Gaps.Single(), Does.StartWith("Only 0 of 3000 rows are still in the log"));
        Assert.That(await world.Get<PredictionUpkeep>().RetainAsync(LiveWorld.Line, TimeSpan.FromDays(30)), Is.Zero, "and again");
    }

    [Test]
    public async Task An_old_time_that_comes_late_takes_no_younger_rows_with_it()
    {
        await using var world = new LiveWorld();
        var version = await world.RegisterChampionAsync();
        var rows = LiveWorld.Rows(76, 100);
        await world.PredictAsync(version, rows);
        var log = world.Get<PredictionLog>();
        await log.FlushAsync();
        var late = await log.OpenGenerationAsync(version, "champion");
        log.Open(version.Model, LiveWorld.Schema.Features).Post(new PredictionId(late.ToNumber(), 1), 1.0, world.Clock.GetUtcNow().AddDays(-50).UtcTicks, LiveWorld.Schema, rows[0]);
        await log.FlushAsync();

        await world.Get<PredictionUpkeep>().RetainAsync(LiveWorld.Line, TimeSpan.FromDays(30));

        Assert.That(await world.Get<PredictionUpkeep>().ExportAsync(LiveWorld.Line, world.Window).CountAsync(), Is.EqualTo(100));
    }

    [Test]
    public async Task Size_is_a_limit_too_and_nonsense_is_refused()
    {
        await using var world = new LiveWorld(b => b.Use(_ => new PredictionLogOptions { BlockRows = 64 }));
        var version = await world.RegisterChampionAsync();
        await world.PredictAsync(version, LiveWorld.Rows(74, 640));
        await world.Get<PredictionLog>().FlushAsync();
        var upkeep = world.Get<PredictionUpkeep>();
        Assert.That(await upkeep.RetainAsync(LiveWorld.Line, null, 1 << 30), Is.Zero);
        Assert.That(await upkeep.RetainAsync(LiveWorld.Line, null, 3_000), Is.GreaterThan(3));
        var left = await upkeep.ExportAsync(LiveWorld.Line, world.Window).Select(p => p.EventTime!.Value).ToListAsync();
        Assert.That(left, Is.Not.Empty);
        Assert.That(left.Min(), Is.GreaterThan(world.Clock.GetUtcNow().AddMinutes(200)), "the oldest went");
        Assert.That(async () => await upkeep.RetainAsync(LiveWorld.Line, -TimeSpan.FromDays(1)), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(async () => await upkeep.RetainAsync(LiveWorld.Line, null, -1), Throws.TypeOf<MLOpsInvalidException>());
    }

    [Test]
    public async Task An_erased_subject_leaves_no_row_no_label_no_block_and_no_window_of_it_and_an_audit_entry()
    {
        const string Subject = "Erika-Mustermann-4711";
        await using var world = new LiveWorld(b => b.Use(_ => new PredictionLogOptions { BlockRows = 100 }));
        var version = await world.RegisterChampionAsync();
        var rows = LiveWorld.Rows(75, 1_000).Select((r, i) => i % 10 == 3 && i < 700 ? r with { Colour = Subject, X = 77_777 + i } : r).ToArray();
        var ids = await world.PredictAsync(version, rows);
        await world.Monitor.LabelAsync(LiveWorld.Labels(ids, rows));
        var window = world.Window;
        await world.Monitor.EvaluateAsync(LiveWorld.Line, window);
        Assert.That(await Everything(world), Does.Contain(Subject));

        var upkeep = world.Get<PredictionUpkeep>();
        var erased = await upkeep.EraseAsync(LiveWorld.Line, "colour", Subject, "she asked for it");
        Assert.That((erased.Rows, erased.Reason), Is.EqualTo((70L, "she asked for it")));
        Assert.That(await Everything(world), Does.Not.Contain(Subject));
        var left = await upkeep.ExportAsync(LiveWorld.Line, window).ToListAsync();
        Assert.That(left, Has.Count.EqualTo(930));
        Assert.That(left.Select(p => p.Id), Is.Unique);
        Assert.That(left, Is.All.Matches<LoggedPrediction>(p => p.Label is not null));
        Assert.That((await world.Monitor.FindAsync(ids[3])).State, Is.EqualTo(PredictionState.NotLogged));
        Assert.That((await world.Monitor.FindAsync(ids[4])).Label, Is.EqualTo(rows[4].Truth));
        Assert.That((await world.Monitor.FindAsync(ids[999])).Label, Is.EqualTo(rows[999].Truth));
        var baseline = await world.Registry.ReadBaselineAsync(version);
        var summary = (await Book(world).ReadAsync(LiveWorld.Line, 1, baseline, window.From, window.To, default))!;
        Assert.That((summary.Rows, summary.Columns[0].Moments.Max < 100), Is.EqualTo((930L, true)), "no sketch holds her values");
        Assert.That((await world.Get<AuditChain>().ListAsync().ToListAsync()).Any(e => e.Changes.Any(c => c.Collection == Collections.PredictionErasures)));
        Assert.That((await upkeep.EraseAsync(LiveWorld.Line, "colour", Subject)).Rows, Is.Zero, "and again");
        await world.PredictAsync(version, rows[990..]);
        Assert.That(await upkeep.ExportAsync(LiveWorld.Line, window).CountAsync(), Is.EqualTo(940), "the process that serves goes on");
    }

    [Test]
    public async Task Columns_are_dropped_or_hashed_before_they_are_written_and_a_hashed_subject_is_still_found()
    {
        await using var world = new LiveWorld(b => b.UsePredictionLog(o =>
        {
            o.Columns["colour"] = ColumnRedaction.Hash;
            o.Columns["x"] = ColumnRedaction.Drop;
            o.HashKey = Encoding.UTF8.GetBytes("0123456789abcdef");
        }));
        var version = await world.RegisterChampionAsync();
        await world.PredictAsync(version, LiveWorld.Rows(76, 300, colour: "green"));
        var upkeep = world.Get<PredictionUpkeep>();
        var kept = await upkeep.ExportAsync(LiveWorld.Line, world.Window).Select(p => p.Features.ToDictionary()).ToListAsync();
        Assert.That(kept.Select(f => f["x"]), Is.All.Null);
        Assert.That(kept.Select(f => f["colour"]).Distinct(), Has.Exactly(2).Items.And.All.Match("^[0-9a-f]{16}$"));
        Assert.That((await upkeep.EraseAsync(LiveWorld.Line, "colour", "green")).Rows, Is.EqualTo(150));
        Assert.That(() => new PredictionLogOptions { Columns = { ["x"] = ColumnRedaction.Hash } }.Require(), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(() => new PredictionLogOptions { SampleShare = 0 }.Require(), Throws.TypeOf<MLOpsInvalidException>());
    }

    [Test]
    public async Task A_sample_of_predictions_keeps_its_share()
    {
        await using var world = new LiveWorld(b => b.Use(_ => new PredictionLogOptions { SampleShare = 0.25 }));
        var version = await world.RegisterChampionAsync();
        await world.PredictAsync(version, LiveWorld.Rows(77, 4_000));
        Assert.That(await world.Get<PredictionUpkeep>().ExportAsync(LiveWorld.Line, world.Window).CountAsync(), Is.InRange(850, 1150));
    }

    [Test]
    public async Task A_report_reads_the_blocks_of_its_window_and_not_all_that_was_ever_logged()
    {
        await using var world = new LiveWorld(b => b.Use(_ => new PredictionLogOptions { BlockRows = 60 }));
        var version = await world.RegisterChampionAsync();
        await world.PredictAsync(version, LiveWorld.Rows(78, 60 * 48));
        await Book(world).AdvanceAsync(LiveWorld.Line, default);
        var counted = new CountingStreams(world.Get<IStreamStore>());
        var blocks = new LoggedBlocks(counted);
        var from = world.Clock.GetUtcNow().AddHours(40);
        Assert.That(await blocks.WithinAsync(LiveWorld.Line, from.UtcTicks, from.AddHours(2).UtcTicks, default).CountAsync(), Is.EqualTo(2));
        Assert.That(counted.Read, Is.LessThanOrEqualTo(5), "the index and two blocks, of 48");
    }

    private static WindowBook Book(LiveWorld world) => new(world.Get<IStreamStore>(), world.Registry, world.Get<PredictionLog>());

    private static double RankError(KllSketch sketch, double[] sorted)
    {
        var largest = 0.0;
        for (var i = 0; i < sorted.Length; i += 97) largest = Math.Max(largest, Math.Abs(sketch.Rank(sorted[i]) - (i + 1.0) / sorted.Length));
        return largest;
    }

    private static async Task<string> Everything(LiveWorld world)
    {
        var text = new StringBuilder();
        var log = world.Get<PredictionLog>();
        await foreach (var stream in world.Get<IStreamStore>().ListAsync(""))
            await foreach (var block in world.Get<IStreamStore>().ReadAsync(stream.Name))
                text.Append(Encoding.Latin1.GetString(block.Bytes.Span)).Append('\n');
        await foreach (var batch in log.ReadAsync(LiveWorld.Line, DateTimeOffset.MinValue, DateTimeOffset.MaxValue))
            foreach (var category in batch.Categories[0]) text.Append(category).Append('\n');
        return text.ToString();
    }

    private sealed class CountingStreams(IStreamStore inner) : IStreamStore
    {
        public int Read { get; private set; }

        public ValueTask AppendAsync(IReadOnlyList<StreamAppend> appends, CancellationToken cancellationToken = default) => inner.AppendAsync(appends, cancellationToken);

        public async IAsyncEnumerable<StreamBlock> ReadAsync(string stream, long from = 0, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await foreach (var block in inner.ReadAsync(stream, from, cancellationToken))
            {
                Read++;
                yield return block;
            }
        }

        public ValueTask<StreamInfo?> StatAsync(string stream, CancellationToken cancellationToken = default) => inner.StatAsync(stream, cancellationToken);

        public IAsyncEnumerable<StreamInfo> ListAsync(string prefix, CancellationToken cancellationToken = default) => inner.ListAsync(prefix, cancellationToken);

        public ValueTask TruncateAsync(string stream, long before, CancellationToken cancellationToken = default) => inner.TruncateAsync(stream, before, cancellationToken);
    }
}
