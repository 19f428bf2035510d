using System.Text.Json;
using MLOps.Data;
using MLOps.Models;
using MLOps.Monitoring;

namespace MLOps.Tests.Monitoring;

internal sealed class BaselinesTests
{
    [Test]
    public void The_same_rows_give_the_same_bytes_and_survive_the_way_through_json()
    {
        var baseline = Baselines.Capture(BikeRow.Schema, BikeRow.All, r => r.Numbers[8] + 1, r => r.Numbers[8]);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(baseline, MonitoringJson.Default.Baseline);
        var again = Baselines.Capture(BikeRow.Schema, BikeRow.All, r => r.Numbers[8] + 1, r => r.Numbers[8]);
        Assert.That(JsonSerializer.SerializeToUtf8Bytes(again, MonitoringJson.Default.Baseline), Is.EqualTo(bytes));

        var read = JsonSerializer.Deserialize(bytes, MonitoringJson.Default.Baseline)!;
        Assert.That(JsonSerializer.SerializeToUtf8Bytes(read, MonitoringJson.Default.Baseline), Is.EqualTo(bytes));
        Assert.That(read.Rows, Is.EqualTo(17379));
        Assert.That(read.Features.Select(f => f.Name), Is.EqualTo(BikeRow.Schema.Features.Select(f => f.Name)));
        Assert.That(read.Quality["rmse"], Is.EqualTo(1).Within(1e-12));
        Assert.That(read.Quality["bias"], Is.EqualTo(1).Within(1e-12));
    }

    [Test]
    public void Bins_hold_about_equal_counts_and_an_integer_of_few_values_has_one_for_each()
    {
        var baseline = Baselines.Capture(BikeRow.Schema, BikeRow.All);
        var hour = baseline.Features.Single(f => f.Name == "hr");
        Assert.That(hour.Edges, Is.EqualTo(Enumerable.Range(1, 23).Select(h => h - 0.5)));
        var count = baseline.Features.Single(f => f.Name == "cnt");
        Assert.That(count.Edges, Has.Count.EqualTo(31));
        Assert.That(count.Counts, Is.All.InRange(17379 / 32 * 0.75, 17379 / 32 * 1.25));
        Assert.That(count.Sample, Has.Count.EqualTo(5000));
        Assert.That(count.Counts.Sum(), Is.EqualTo(count.Count));
        Assert.That(count.Mean, Is.EqualTo(189.46).Within(0.01));
    }

    [Test]
    public void A_value_that_fills_a_bin_alone_gets_one_of_its_own()
    {
        var random = new Random(3);
        var values = Enumerable.Range(0, 10_000).Select(i => i % 10 == 0 ? random.NextDouble() * 100 : 0.25).ToArray();
        var profile = Columns.Profile(Columns.Numbers(values));
        Assert.That(profile.Counts, Does.Contain(9000));
        Assert.That(profile.Counts.Sum(), Is.EqualTo(10_000));
        Assert.That(profile.Edges, Is.Ordered.Ascending.And.Unique);
    }

    [Test]
    public void Constants_missing_and_infinite_values_are_no_errors()
    {
        Assert.That(Columns.Profile(Columns.Numbers(7, 7, 7)).Counts, Is.EqualTo(new long[] { 3 }));
        var nothing = Columns.Profile(Columns.Numbers(double.NaN, double.NaN));
        Assert.That((nothing.Count, nothing.Missing, nothing.Mean), Is.EqualTo((0L, 2L, double.NaN)));
        var wild = Columns.Profile(Columns.Numbers(double.PositiveInfinity, 1, 2, double.NegativeInfinity, double.NaN, double.MaxValue, -double.MaxValue));
        Assert.That((wild.Count, wild.Missing, wild.Counts.Sum()), Is.EqualTo((6L, 1L, 6L)));
        Assert.That(wild.Edges, Is.All.Matches<double>(double.IsFinite));
        var baseline = new Baseline { Features = [nothing, wild] };
        Assert.That(() => JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(baseline, MonitoringJson.Default.Baseline), MonitoringJson.Default.Baseline), Throws.Nothing);
    }

    [Test]
    public void Beyond_the_256_most_frequent_categories_and_hostile_ones_are_counted_as_others()
    {
        var values = Enumerable.Range(0, 300).SelectMany(i => Enumerable.Repeat<string?>($"c{i:000}", i < 256 ? 3 : 1)).Append(new string('x', 10_000_000)).Append("\uD800").Append(null);
        var profile = Columns.Profile(Columns.Categories([.. values]));
        Assert.That(profile.Categories, Has.Count.EqualTo(256).And.Ordered.Using((IComparer<string>)StringComparer.Ordinal));
        Assert.That((profile.OtherCount, profile.Missing, profile.Count), Is.EqualTo((46L, 1L, 256 * 3 + 46L)));
    }

    [Test]
    public void A_baseline_of_nothing_is_refused()
    {
        Assert.That(() => Baselines.Capture(BikeRow.Schema, []), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(new RegisterOptions().WithBaseline(new Baseline()).Attachments.Keys, Is.EqualTo(new[] { "baseline.json" }));
    }

    [Test]
    public void Binary_quality_is_accuracy_area_and_brier_score()
    {
        var rows = new[] { (0.9, 1.0), (0.2, 0.0), (0.6, 0.0), (0.7, 1.0) };
        var schema = FeatureSchema.For<(double, double)>().Number("score", r => r.Item1);
        var quality = Baselines.Capture(schema, rows, r => r.Item1, r => r.Item2, PredictionTask.Binary).Quality;
        Assert.That(quality["accuracy"], Is.EqualTo(0.75));
        Assert.That(quality["auc"], Is.EqualTo(1));
        Assert.That(quality["brier"], Is.EqualTo((0.01 + 0.04 + 0.36 + 0.09) / 4).Within(1e-12));
    }
}
