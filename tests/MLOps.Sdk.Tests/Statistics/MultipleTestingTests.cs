using System.Text.Json;

namespace MLOps.Statistics;

public sealed class MultipleTestingTests
{
    private static IEnumerable<TestCaseData> Cases() => Vector.Json("multiple_testing.json").GetProperty("cases").EnumerateArray().Select((c, i) => new TestCaseData(c).SetArgDisplayNames($"{i}"));

    [TestCaseSource(nameof(Cases))]
    public void Adjusted_p_values_and_rejections_agree_with_statsmodels(JsonElement c)
    {
        var p = Vector.Doubles(c.GetProperty("pvalues"));
        foreach (var (name, adjusted) in new[]
        {
            ("fdr_bh", MultipleTesting.BenjaminiHochberg(p)), ("fdr_by", MultipleTesting.BenjaminiYekutieli(p)), ("holm", MultipleTesting.Holm(p)), ("bonferroni", MultipleTesting.Bonferroni(p)),
        })
        {
            Assert.That(adjusted, Is.EqualTo(Vector.Doubles(c.GetProperty(name + "_adjusted"))).Within(1e-12), name);
            if (c.TryGetProperty(name + "_reject_at_0.05", out var reject))
                Assert.That(adjusted.Select(x => x <= 0.05), Is.EqualTo(reject.EnumerateArray().Select(x => x.GetBoolean())), name);
        }
    }

    [Test]
    public void A_test_that_said_nothing_neither_counts_nor_changes()
    {
        var adjusted = MultipleTesting.BenjaminiHochberg([0.01, double.NaN, 0.04]);
        Assert.That(adjusted, Is.EqualTo(new[] { 0.02, double.NaN, 0.04 }));
        Assert.That(MultipleTesting.Holm([double.NaN]), Is.EqualTo(new[] { double.NaN }));
    }

    [Test]
    public void No_tests_give_no_adjusted_values() => Assert.That(MultipleTesting.BenjaminiHochberg([]), Is.Empty);

    [TestCase(-0.1)]
    [TestCase(1.0001)]
    [TestCase(double.PositiveInfinity)]
    public void What_is_not_a_probability_is_rejected(double p) =>
        Assert.That(() => MultipleTesting.BenjaminiHochberg([p]), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("between 0 and 1"));
}
