using MLOps.Monitoring;

namespace MLOps.Tests.Monitoring;

internal sealed class DriftTestTests
{
    private static readonly FeatureColumn[] s_numbers =
    [
        Columns.Numbers(), Columns.Numbers(double.NaN), Columns.Numbers(5), Columns.Numbers(5, 5, 5, 5), Columns.Numbers(double.PositiveInfinity, double.NegativeInfinity),
        Columns.Numbers(double.MaxValue, -double.MaxValue), Columns.Numbers(double.Epsilon, 0, -0.0), Columns.Numbers([.. Enumerable.Range(0, 500).Select(i => (double)i)]),
    ];

    private static readonly FeatureColumn[] s_categories =
    [
        Columns.Categories(), Columns.Categories((string?)null), Columns.Categories("a"), Columns.Categories("a", "a", "b"), Columns.Categories("\uD800", ""),
        Columns.Categories([.. Enumerable.Range(0, 600).Select(i => $"c{i}")]),
    ];

    [Test]
    public void Every_test_is_finite_on_every_pair_of_strange_columns([ValueSource(nameof(Names))] string name)
    {
        var test = DriftTests.BuiltIn.Single(t => t.Name == name);
        foreach (var columns in new[] { s_numbers, s_categories })
        {
            if (!test.Supports(columns[0].Kind)) continue;
            foreach (var baseline in columns)
            foreach (var current in columns)
            {
                var result = test.Compare(Columns.Profile(baseline), current.In(Columns.Profile(baseline)));
                Assert.That(double.IsFinite(result.Statistic), $"{name}: statistic {result.Statistic}");
                Assert.That(result.PValue, Is.Null.Or.InRange(0.0, 1.0), name);
            }
        }
    }

    [Test]
    public void The_same_column_is_no_drift([ValueSource(nameof(Names))] string name)
    {
        var test = DriftTests.BuiltIn.Single(t => t.Name == name);
        foreach (var column in s_numbers.Concat(s_categories).Where(c => test.Supports(c.Kind)))
        {
            var result = test.Compare(Columns.Profile(column), column.In(Columns.Profile(column)));
            Assert.That(result.Statistic, Is.EqualTo(0).Within(1e-12), name);
            Assert.That(result.PValue, Is.Null.Or.EqualTo(1).Within(1e-9), name);
        }
    }

    [Test]
    public void A_new_category_is_found_by_every_test_on_categories()
    {
        var baseline = Columns.Categories([.. Enumerable.Range(0, 2000).Select(i => i % 2 == 0 ? "a" : "b")]);
        var current = Columns.Categories([.. Enumerable.Range(0, 500).Select(i => i % 5 == 0 ? "new" : i % 2 == 0 ? "a" : "b")]);
        var drift = Decide((baseline, current)).Single();
        Assert.That(drift.Drifted);
        Assert.That(drift.Counts, Is.EqualTo(new long[] { 200, 200, 100 }));
        Assert.That(drift.Tests.Single(t => t.Test == "psi").IsLarge());
        Assert.That(drift.Tests.Single(t => t.Test == "js").IsLarge());
        Assert.That(drift.Explanation, Is.EqualTo("new categories 0 % -> 20 %: 'new'"));
    }

    [Test]
    public void A_constant_that_becomes_another_constant_has_drifted_and_one_that_stays_has_not()
    {
        var seven = Columns.Numbers([.. Enumerable.Repeat(7.0, 500)]);
        var eight = Columns.Numbers([.. Enumerable.Repeat(8.0, 500)]);
        Assert.That(Decide((seven, seven), (seven, eight)).Select(d => d.Drifted), Is.EqualTo(new[] { false, true }));
    }

    [Test]
    public void A_column_that_vanishes_has_drifted()
    {
        var random = new Random(5);
        var before = Columns.Numbers(Columns.Normal(random, 2000));
        var gone = Columns.Numbers([.. Enumerable.Repeat(double.NaN, 500)]);
        var half = Columns.Numbers([.. Columns.Normal(random, 500).Select((v, i) => i % 2 == 0 ? v : double.NaN)]);
        var drift = Decide((before, gone), (before, half));
        Assert.That(drift.Select(d => d.Drifted), Is.EqualTo(new[] { true, true }));
        Assert.That(drift.Select(d => d.Missing), Is.EqualTo(new[] { 500, 250 }));
        Assert.That(drift[0].Explanation, Is.EqualTo("no values in the window; missing 0 % -> 100 %"));
        Assert.That(drift[1].Explanation, Does.EndWith("; missing 0 % -> 50 %"));
    }

    [Test]
    public void The_explanation_tells_means_and_standard_deviations()
    {
        var before = Columns.Numbers([.. Enumerable.Range(0, 1000).Select(i => i % 2 == 0 ? 0.22 : 0.62)]);
        var after = Columns.Numbers([.. Enumerable.Range(0, 1000).Select(i => i % 2 == 0 ? 0.38 : 0.78)]);
        Assert.That(Decide((before, after)).Single().Explanation, Is.EqualTo("mean 0.42 -> 0.58 (+0.8 sd)"));
    }

    private static IEnumerable<string> Names() => DriftTests.BuiltIn.Select(t => t.Name);

    private static IReadOnlyList<FeatureDrift> Decide(params (FeatureColumn Baseline, FeatureColumn Current)[] columns) =>
        DriftDecision.Decide([.. columns.Select(c => (Columns.Profile(c.Baseline), c.Current.In(Columns.Profile(c.Baseline))))], DriftTests.BuiltIn, 0.01);
}
