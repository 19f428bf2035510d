using MLOps.Data;
using MLOps.Monitoring;

namespace MLOps.Tests.Monitoring;

/// <summary>How often the decision is wrong, and how often it is right, by simulation with fixed seeds.</summary>
internal sealed class DriftCalibrationTests
{
    [TestCase(1000)]
    [TestCase(200)]
    public void Without_drift_hardly_any_window_of_real_columns_raises_any_alarm(int rows)
    {
        const int Windows = 300;
        var random = new Random(20_110_101 + rows);
        var alarms = 0;
        for (var w = 0; w < Windows; w++)
        {
            var drawn = random.GetItems([.. BikeRow.All], 3000 + rows);
            var baseline = Baselines.Capture(BikeRow.Schema, drawn[..3000]);
            alarms += Decide(baseline, Columns.Of(BikeRow.Schema, drawn[3000..])).Any(d => d.Drifted) ? 1 : 0;
        }

        TestContext.Out.WriteLine($"{alarms} of {Windows} windows without drift raised an alarm");
        Assert.That(alarms, Is.AtMost(Windows * 3 / 100));
    }

    [Test]
    public void A_shift_of_a_quarter_deviation_in_one_of_twenty_features_is_found()
    {
        const int Windows = 100;
        var random = new Random(7);
        var baseline = new Baseline { Features = [.. Enumerable.Range(0, 20).Select(i => ColumnProfile.OfNumbers($"f{i}", Columns.Normal(random, 20_000)))] };
        int found = 0, wrong = 0;
        for (var w = 0; w < Windows; w++)
        {
            var drift = Decide(baseline, Normal(random, 2000, 0.25));
            found += drift[0].Drifted ? 1 : 0;
            wrong += drift.Skip(1).Any(d => d.Drifted) ? 1 : 0;
        }

        TestContext.Out.WriteLine($"found {found} of {Windows}; a wrong feature in {wrong}");
        Assert.That(found, Is.AtLeast(95));
        Assert.That(wrong, Is.AtMost(3));
    }

    [Test]
    public void A_shift_too_small_to_matter_is_no_alarm_however_many_rows_prove_it()
    {
        var random = new Random(11);
        var baseline = new Baseline { Features = [ColumnProfile.OfNumbers("f0", Columns.Normal(random, 200_000))] };
        var drift = Decide(baseline, Normal(random, 200_000, 0.02, 1))[0];
        Assert.That(drift.AdjustedPValue, Is.LessThan(0.01), "the shift is significant");
        Assert.That(drift.Drifted, Is.False, "and too small");
    }

    private static IReadOnlyList<FeatureColumn> Normal(Random random, int rows, double shift, int columns = 20) =>
        [.. Enumerable.Range(0, columns).Select(i => new FeatureColumn($"f{i}", FeatureKind.Number, Columns.Normal(random, rows, i == 0 ? shift : 0), default))];

    private static IReadOnlyList<FeatureDrift> Decide(Baseline baseline, IReadOnlyList<FeatureColumn> window) =>
        DriftDecision.Decide([.. baseline.Features.Zip(window, (f, c) => (f, c.In(f)))], DriftTests.BuiltIn, 0.01);
}
