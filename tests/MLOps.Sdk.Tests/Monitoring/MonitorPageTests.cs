using System.Text;
using MLOps.Data;
using MLOps.Monitoring;

namespace MLOps.Tests.Monitoring;

internal sealed class MonitorPageTests
{
    private const string Hostile = "<script>alert(1)</script> \u202E\"'&";

    [Test]
    public void A_page_of_twenty_columns_is_at_most_400_kilobytes_without_script_and_encodes_hostile_names()
    {
        var (report, baseline) = Compare(20);
        var html = report.ToHtml(new() { Baseline = baseline });
        TestContext.Out.WriteLine($"{Encoding.UTF8.GetByteCount(html) / 1024} KiB");
        Assert.That(Encoding.UTF8.GetByteCount(html), Is.LessThanOrEqualTo(400 * 1024));
        Assert.That(html, Does.Not.Contain("<script"));
        Assert.That(html, Does.Contain("&lt;script&gt;alert(1)"));
        Assert.That(html.Split("<figure>").Length - 1, Is.AtLeast(20));
        if (Environment.GetEnvironmentVariable("MLOPS_KEEP_PAGE") is { } path) File.WriteAllText(path, html);
    }

    [Test]
    public void A_page_of_a_thousand_columns_draws_fifty_and_stays_below_two_megabytes()
    {
        var (report, baseline) = Compare(1_000);
        var html = report.ToHtml(new() { Baseline = baseline });
        TestContext.Out.WriteLine($"{Encoding.UTF8.GetByteCount(html) / 1024} KiB");
        Assert.That(Encoding.UTF8.GetByteCount(html), Is.LessThanOrEqualTo(2 * 1024 * 1024));
        Assert.That(html.Split("<figure>").Length - 1, Is.EqualTo(50));
        Assert.That(html, Does.Contain("950 more columns are only in the table."));
    }

    [Test]
    public void A_report_and_a_baseline_survive_the_way_through_json()
    {
        var (report, baseline) = Compare(4);
        Assert.That(report.ToJson(), Does.Contain("\"adjustedPValue\"").And.Not.Contain("<script>"));
        Assert.That(MonitorPages.ReadBaseline(baseline.ToJson()).ToJson(), Is.EqualTo(baseline.ToJson()));
        foreach (var broken in new[] { "", "{}", "null", "[1]", "{\"format\":9}" })
            Assert.That(() => MonitorPages.ReadBaseline(broken), Throws.TypeOf<MLOpsInvalidException>(), broken);
    }

    [Test]
    public void Two_tables_compared_exactly_say_what_a_baseline_says()
    {
        var random = new Random(3);
        FeatureTable Table(double shift) => new([new("x", FeatureKind.Number, Columns.Normal(random, 3000, shift), default), Categories(random, shift)]) { Name = "rides" };
        var before = Table(0);
        var after = Table(0.5);
        var exact = Drift.CompareExactly(before, after);
        var stored = Drift.Compare(Baselines.CaptureTable(before), after);
        Assert.That(exact.Features.Select(f => (f.Name, f.Drifted, f.Explanation)), Is.EqualTo(stored.Features.Select(f => (f.Name, f.Drifted, f.Explanation))));
        Assert.That(exact.Features.Select(f => f.Drifted), Is.All.True);
        Assert.That(exact.Verdict, Is.EqualTo(MonitorVerdict.Drift));
        Assert.That(exact.Summary, Does.StartWith("2 of 2 features drifted: x (mean"));
        Assert.That(Drift.CompareExactly(before, before).Verdict, Is.EqualTo(MonitorVerdict.Ok));
        Assert.That(() => Drift.CompareExactly(new([]), after), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(() => Drift.CompareExactly(before, new([before.Columns[0], new("c", FeatureKind.Category, default, new string?[1])])), Throws.TypeOf<MLOpsInvalidException>());
    }

    [Test]
    public void On_the_bikes_of_2012_the_report_names_what_grew_in_its_own_unit()
    {
        var before = BikeRow.All.Where(r => r.Categories[1] == "0").ToArray();
        var after = BikeRow.All.Where(r => r.Categories[1] == "1").ToArray();
        FeatureTable Table(BikeRow[] rows) => new(Columns.Of(BikeRow.Schema, rows)) { Name = "bikes" };
        var report = Drift.CompareExactly(Table(before), Table(after));
        var count = report.Features.Single(f => f.Name == "cnt");
        Assert.That((count.Drifted, count.Explanation), Is.EqualTo((true, "mean 143.8 -> 234.7 (+0.68 sd), spread x1.56")));
        Assert.That(AlertFindings.Of(report, new()).Single(f => f.Kind is AlertKind.Drift && f.IsFound).Text, Does.Contain("cnt: mean 143.8 -> 234.7").And.Contain("registered: mean 115.2 -> 192"));
    }

    private static FeatureColumn Categories(Random random, double shift) => new(
        "c", FeatureKind.Category, default, Enumerable.Range(0, 3000).Select(_ => (string?)(random.NextDouble() < 0.3 + shift / 2 ? "a" : "b")).ToArray());

    private static (MonitorReport Report, Baseline Baseline) Compare(int columns)
    {
        var random = new Random(2);
        FeatureTable Table(double shift) => new([.. Enumerable.Range(0, columns).Select(i => i % 4 == 3
            ? new FeatureColumn($"{Hostile} {i}", FeatureKind.Category, default, Enumerable.Range(0, 400).Select(_ => (string?)$"{Hostile}{random.Next(6)}").ToArray())
            : new FeatureColumn($"{Hostile} {i}", FeatureKind.Number, Columns.Normal(random, 400, i % 2 * shift), default))]) { Name = Hostile };
        var baseline = Baselines.CaptureTable(Table(0));
        return (Drift.Compare(baseline, Table(2)), baseline);
    }
}
