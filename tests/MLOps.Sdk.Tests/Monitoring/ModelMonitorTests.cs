using Microsoft.Extensions.DependencyInjection;
using MLOps.Data;
using MLOps.Monitoring;
using MLOps.Predictions;
using MLOps.Records;

namespace MLOps.Tests.Monitoring;

internal sealed class ModelMonitorTests
{
    [Test]
    public async Task A_quiet_window_is_ok_and_its_report_is_kept_with_its_lineage()
    {
        await using var world = new LiveWorld();
        var version = await world.RegisterChampionAsync();
        var rows = LiveWorld.Rows(2, 1000);
        var ids = await world.PredictAsync(version, rows);
        await world.Monitor.LabelAsync(LiveWorld.Labels(ids, rows));

        var report = await world.Monitor.EvaluateAsync(LiveWorld.Line, world.Window);
        Assert.That(report.Verdict, Is.EqualTo(MonitorVerdict.Ok), report.Summary);
        Assert.That((report.Number, report.Rows, report.OtherRows, report.LabelledRows), Is.EqualTo((1, 1000L, 0L, 1000L)));
        Assert.That(report.Quality["rmse"], Is.EqualTo(report.BaselineQuality["rmse"]).Within(0.1));
        Assert.That(report.Features.Select(f => f.Name), Is.EqualTo(new[] { "x", "colour", "prediction" }));

        var kept = await First(world.Monitor.ReportsAsync(LiveWorld.Line));
        Assert.That((kept.Id, kept.Summary, kept.CreatedAt), Is.EqualTo((report.Id, report.Summary, report.CreatedAt)));
        Assert.That(kept.Features.Select(f => f.Explanation), Is.EqualTo(report.Features.Select(f => f.Explanation)));
        var why = await world.Get<Lineage>().WhyAsync(new EntityRef(EntityRef.ReportKind, report.Id));
        Assert.That(why.Next.Single().Entity, Is.EqualTo(version.ToRef()));
    }

    [Test]
    public async Task Drift_is_found_and_explained()
    {
        await using var world = new LiveWorld();
        var version = await world.RegisterChampionAsync();
        await world.PredictAsync(version, LiveWorld.Rows(3, 1000, shift: 1, colour: "green"));
        var report = await world.Monitor.EvaluateAsync(LiveWorld.Line, world.Window);
        Assert.That(report.Verdict, Is.EqualTo(MonitorVerdict.Drift));
        Assert.That(report.Features.Select(f => f.Drifted), Is.All.True);
        Assert.That(report.Features[0].Explanation, Does.Match(@"^mean -?0\.0\d* -> 1.* \(\+[01]\.\d+ sd\)$"));
        Assert.That(report.Features[1].Explanation, Does.Contain("50 %"));
        Assert.That(report.Summary, Does.StartWith("2 of 2 features drifted: ").And.Contain("the prediction drifted too").And.EndWith("No labels yet."));
    }

    [Test]
    public async Task Labels_late_repeated_corrected_and_in_any_order_give_the_same_quality()
    {
        await using var world = new LiveWorld();
        var version = await world.RegisterChampionAsync();
        var rows = LiveWorld.Rows(4, 600);
        var ids = await world.PredictAsync(version, rows);
        var window = world.Window;
        var at = world.Clock.GetUtcNow();

        var wrong = ids.Take(300).Select(id => new PredictionLabel(id, 1000, at.AddHours(1))).ToArray();
        var right = ids.Zip(rows, (id, row) => new PredictionLabel(id, row.Truth, at.AddHours(2))).ToArray();
        await world.Monitor.LabelAsync([.. right.Reverse()]);
        await world.Monitor.LabelAsync(wrong);
        await world.Monitor.LabelAsync(right[100..200]);
        var shuffled = await world.Monitor.EvaluateAsync(LiveWorld.Line, window);

        await using var other = new LiveWorld();
        var straight = await other.RegisterChampionAsync();
        var otherIds = await other.PredictAsync(straight, rows);
        await other.Monitor.LabelAsync(LiveWorld.Labels(otherIds, rows));
        var plain = await other.Monitor.EvaluateAsync(LiveWorld.Line, window);
        Assert.That(shuffled.LabelledRows, Is.EqualTo(600));
        Assert.That(shuffled.Quality, Is.EqualTo(plain.Quality));
    }

    [Test]
    public async Task A_fall_of_quality_is_found_when_its_labels_are_there_and_not_before()
    {
        await using var world = new LiveWorld();
        var version = await world.RegisterChampionAsync();
        var rows = LiveWorld.Rows(5, 1000).Select(r => r with { Truth = r.Truth + 3 }).ToArray();
        var ids = await world.PredictAsync(version, rows);
        var window = world.Window;
        Assert.That((await world.Monitor.EvaluateAsync(LiveWorld.Line, window)).Verdict, Is.EqualTo(MonitorVerdict.Ok));
        await world.Monitor.LabelAsync(LiveWorld.Labels([.. ids.Take(99)], rows));
        Assert.That((await world.Monitor.EvaluateAsync(LiveWorld.Line, window)).Summary, Does.EndWith("Only 99 of 1000 predictions have a label: 100 are needed to judge the quality."));
        await world.Monitor.LabelAsync(LiveWorld.Labels(ids, rows));
        var report = await world.Monitor.EvaluateAsync(LiveWorld.Line, window);
        Assert.That(report.Verdict, Is.EqualTo(MonitorVerdict.QualityDrop));
        Assert.That(report.Summary, Does.Match("The quality fell: the rmse is 3\\.\\d+ against [\\d.]+ at training \\(\\+\\d+ %\\) over 1000 of 1000 predictions\\."));
    }

    [Test]
    public async Task The_version_with_most_rows_is_judged_unless_one_is_asked_for()
    {
        await using var world = new LiveWorld();
        var one = await world.RegisterChampionAsync();
        var two = await world.RegisterAsync(slope: 2.1);
        await world.PredictAsync(one, LiveWorld.Rows(6, 300));
        await world.PredictAsync(two, LiveWorld.Rows(7, 400));
        var most = await world.Monitor.EvaluateAsync(LiveWorld.Line, world.Window);
        Assert.That((most.Number, most.Rows, most.OtherRows), Is.EqualTo((2, 400L, 300L)));
        var asked = await world.Monitor.EvaluateAsync(LiveWorld.Line, world.Window, new() { Version = 1 });
        Assert.That((asked.Number, asked.Rows, asked.OtherRows), Is.EqualTo((1, 300L, 400L)));
        Assert.That(async () => await world.Monitor.EvaluateAsync(LiveWorld.Line, world.Window, new() { Version = 9 }), Throws.TypeOf<MLOpsNotFoundException>());
    }

    [Test]
    public async Task An_empty_window_and_a_version_without_baseline_are_said_plainly()
    {
        await using var world = new LiveWorld();
        var version = await world.RegisterAsync(withBaseline: false);
        var empty = await world.Monitor.EvaluateAsync(LiveWorld.Line, world.Window);
        Assert.That((empty.Verdict, empty.Number, empty.Summary), Is.EqualTo((MonitorVerdict.InsufficientData, 0, "There were no predictions in the window.")));
        await world.PredictAsync(version, LiveWorld.Rows(8, 300));
        var bare = await world.Monitor.EvaluateAsync(LiveWorld.Line, world.Window);
        Assert.That(bare.Verdict, Is.EqualTo(MonitorVerdict.InsufficientData));
        Assert.That(bare.Summary, Does.StartWith("line/1 has no baseline"));
    }

    [Test]
    public async Task Rows_of_NaN_infinity_and_null_are_judged_like_others()
    {
        await using var world = new LiveWorld();
        var version = await world.RegisterChampionAsync();
        var rows = LiveWorld.Rows(9, 1000).Select((r, i) => (i % 4) switch { 0 => r with { X = double.NaN, Colour = null }, 1 => r with { X = double.PositiveInfinity }, _ => r }).ToArray();
        var ids = await world.PredictAsync(version, rows);
        await world.Monitor.LabelAsync(LiveWorld.Labels(ids, rows));
        var report = await world.Monitor.EvaluateAsync(LiveWorld.Line, world.Window);
        Assert.That(report.Features.Take(2).Select(f => (f.Missing, f.Drifted)), Is.All.EqualTo((250L, true)));
        Assert.That(report.Quality["rmse"], Is.EqualTo(1).Within(0.1), "only the finite answers have a quality");
        Assert.That((await First(world.Monitor.ReportsAsync(LiveWorld.Line))).Id, Is.EqualTo(report.Id));
    }

    [Test]
    public async Task Wrong_arguments_and_unknown_models_are_named()
    {
        await using var world = new LiveWorld();
        await world.RegisterAsync();
        var window = world.Window;
        Assert.That(async () => await world.Monitor.EvaluateAsync("nobody", window), Throws.TypeOf<MLOpsNotFoundException>());
        Assert.That(async () => await world.Monitor.EvaluateAsync("../x", window), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(async () => await world.Monitor.EvaluateAsync(LiveWorld.Line, new(window.To, window.From)), Throws.TypeOf<MLOpsInvalidException>());
        foreach (var broken in new MonitorOptions[] { new() { FalseDiscoveryRate = 0 }, new() { MinimumRows = 1 }, new() { MinimumLabels = 0 }, new() { QualityTolerance = double.NaN }, new() { DriftShare = 2 }, new() { Version = 0 } })
            Assert.That(async () => await world.Monitor.EvaluateAsync(LiveWorld.Line, window, broken), Throws.TypeOf<MLOpsInvalidException>());
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        Assert.That(async () => await world.Monitor.EvaluateAsync(LiveWorld.Line, window, null, cancelled.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await world.Monitor.ReportsAsync(LiveWorld.Line).AnyAsync(), Is.False);
    }

    [Test]
    public async Task A_drift_test_of_ones_own_takes_part()
    {
        await using var world = new LiveWorld(b => b.AddDriftTest(_ => new AlwaysDrifts("mine")));
        var version = await world.RegisterChampionAsync();
        await world.PredictAsync(version, LiveWorld.Rows(10, 500));
        var report = await world.Monitor.EvaluateAsync(LiveWorld.Line, world.Window);
        Assert.That(report.Features.Select(f => f.Tests[^1].Test), Is.All.EqualTo("mine"));
        Assert.That(report.Features.Select(f => f.Drifted), Is.All.True);
        await using var twice = new LiveWorld(b => b.AddDriftTest(_ => new AlwaysDrifts("ks")));
        Assert.That(() => twice.Monitor, Throws.TypeOf<MLOpsInvalidException>());
    }

    private static async Task<MonitorReport> First(IAsyncEnumerable<MonitorReport> reports) => await reports.FirstAsync();

    private sealed class AlwaysDrifts(string name) : IDriftTest
    {
        public string Name => name;

        public bool Supports(FeatureKind kind) => true;

        public DriftTestResult Compare(FeatureProfile baseline, FeatureSample current) => new(Name, 1, 0, 0.5);
    }
}
