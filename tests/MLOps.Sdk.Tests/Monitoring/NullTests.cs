using MLOps.Data;
using MLOps.Monitoring;
using MLOps.Statistics;

namespace MLOps.Tests.Monitoring;

/// <summary>What the decision says of real data in which nothing changed, and of data that is ordered in time.</summary>
internal sealed class NullTests
{
    private static readonly string[] s_adultNumbers = ["age", "fnlwgt", "education_num", "capital_gain", "capital_loss", "hours_per_week"];
    private static readonly string[] s_adultCategories = ["workclass", "education", "marital_status", "occupation", "relationship", "race", "sex", "native_country", "income"];

    [Test]
    public void Random_halves_of_Adult_hardly_ever_raise_any_alarm()
    {
        FeatureColumn[] columns =
        [
            .. s_adultNumbers.Select(n => new FeatureColumn(n, FeatureKind.Number, Vector.Column("adult_train", n), default)),
            .. s_adultCategories.Select(n => new FeatureColumn(n, FeatureKind.Category, default, Vector.Strings("adult_train", n))),
        ];
        const int Rows = 2_000;
        var splits = Effort.Of(60, 1_000);
        var shuffle = new SplitMixShuffle(11);
        var order = Enumerable.Range(0, columns[0].Rows).ToArray();
        var alarms = 0;
        for (var split = 0; split < splits; split++)
        {
            shuffle.Shuffle<int>(order);
            var reference = columns.Select(c => ColumnProfile.Of(c.Pick(order.AsSpan(0, Rows)))).ToArray();
            var current = columns.Zip(reference, (c, profile) => (profile, c.Pick(order.AsSpan(Rows, Rows)).In(profile))).ToArray();
            alarms += DriftDecision.Decide(current, DriftTests.BuiltIn, 0.01).Any(d => d.Drifted) ? 1 : 0;
        }

        TestContext.Out.WriteLine($"{alarms} of {splits} splits raised an alarm");
        Assert.That(alarms, Is.AtMost(splits * 2 / 100));
    }

    [Test]
    public void Weeks_of_electricity_demand_that_differ_as_weeks_do_are_no_drift()
    {
        const int Week = 7 * 48;
        var demand = Vector.Column("elec2", "nswdemand");
        var start = new DateTimeOffset(1996, 5, 7, 0, 0, 0, TimeSpan.Zero);
        var schema = FeatureSchema.For<(double Demand, int At)>().Number("nswdemand", r => r.Demand);
        var rows = demand.Select((d, i) => (Demand: d, At: i)).ToArray();
        var baseline = Baselines.Capture(
            schema, rows[..(8 * Week)], options: new() { Time = r => start.AddMinutes(30 * r.At), Window = TimeSpan.FromDays(7) });
        Assert.That(baseline.Features[0].NullPValues, Has.Count.EqualTo(8));
        int alarms = 0, significant = 0;
        for (var week = 8; week < 30; week++)
        {
            var sample = Columns.Of(schema, rows[(week * Week)..((week + 1) * Week)])[0].In(baseline.Features[0]);
            var drift = DriftDecision.Decide([(baseline.Features[0], sample)], DriftTests.BuiltIn, 0.01)[0];
            alarms += drift.Drifted ? 1 : 0;
            significant += drift.AdjustedPValue <= 0.01 ? 1 : 0;
        }

        TestContext.Out.WriteLine($"{alarms} of 22 weeks alarm, {significant} differ significantly; {BaselineReplay.FalseAlertsPerMonth(baseline, new())} false alerts a month expected");
        Assert.That(alarms, Is.AtMost(1));
        Assert.That(significant, Is.AtLeast(15), "a test that takes the rows for independent finds nearly every week changed");
        Assert.That(BaselineReplay.FalseAlertsPerMonth(baseline, new()), Is.Not.Null);
    }

    [Test]
    public void A_fiftieth_of_a_deviation_is_no_drift_in_half_a_million_rows()
    {
        var rows = Effort.Of(100_000, 500_000);
        var random = new Random(12);
        var profile = Columns.Profile(Columns.Numbers(Columns.Normal(random, rows)));
        var drift = DriftDecision.Decide([(profile, Columns.Numbers(Columns.Normal(random, rows, 0.02)).In(profile))], DriftTests.BuiltIn, 0.01)[0];
        Assert.That(drift.Drifted, Is.False);
        Assert.That(drift.Effect, Is.LessThan(0.7));
    }

    [Test]
    public void A_replay_over_the_baseline_counts_the_false_alerts_that_settings_would_give()
    {
        var random = new Random(13);
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var schema = FeatureSchema.For<(double X, int At)>().Number("x", r => r.X);
        var values = Columns.Normal(random, 20 * 500);
        var rows = values.Select((v, i) => (X: v, At: i)).ToArray();
        var baseline = Baselines.Capture(schema, rows, options: new() { Time = r => start.AddMinutes(r.At), Window = TimeSpan.FromMinutes(500) });
        Assert.That(BaselineReplay.Alarms(baseline, new()), Has.Length.EqualTo(20).And.All.False);
        Assert.That(BaselineReplay.FalseAlertsPerMonth(baseline, new()), Is.Zero);
        Assert.That(BaselineReplay.FalseAlertsPerMonth(Baselines.Capture(schema, rows), new()), Is.Null);
    }

    [Test]
    public void Options_that_make_no_sense_are_refused()
    {
        var schema = FeatureSchema.For<double>().Number("x", r => r).Category("c", _ => "a");
        foreach (var broken in new BaselineOptions<double>[]
                 {
                     new() { Window = TimeSpan.Zero, Time = _ => default }, new() { Window = TimeSpan.FromDays(1) }, new() { WindowRows = 1 },
                     new() { Window = TimeSpan.FromDays(1), Time = _ => default, WindowRows = 5 }, new() { Segments = ["x"] }, new() { Segments = ["none"] },
                     new() { Importance = new Dictionary<string, double> { ["none"] = 1 } }, new() { Importance = new Dictionary<string, double> { ["x"] = double.NaN } },
                 })
            Assert.That(() => Baselines.Capture(schema, [1.0, 2.0], options: broken), Throws.TypeOf<MLOpsInvalidException>(), broken.ToString());
    }

}
