using System.Text.Json;

namespace MLOps.Statistics;

public sealed class CategoricalVectorTests
{
    private static IEnumerable<TestCaseData> Cases() =>
        Vector.Json("categorical_two_sample.json").GetProperty("cases").EnumerateArray().Select((c, i) => new TestCaseData(c).SetArgDisplayNames(
            $"{i} {c.GetProperty("reference").GetProperty("file").GetString()} {c.GetProperty("reference").GetProperty("column").GetString()}"));

    private static long[] Counts(JsonElement c, string name) => [.. c.GetProperty("expected").GetProperty(name).EnumerateArray().Select(x => x.GetInt64())];

    [TestCaseSource(nameof(Cases))]
    public void Counting_the_data_gives_the_listed_counts(JsonElement c)
    {
        var categories = c.GetProperty("expected").GetProperty("categories").EnumerateArray().Select(x => x.GetString()!).ToArray();
        foreach (var (side, listed) in new[] { ("reference", "ref_counts"), ("current", "cur_counts") })
        {
            if (Vector.Texts(c.GetProperty(side)) is not { } texts) continue;
            Assert.That(categories.Select(category => (long)texts.Count(text => text == category)), Is.EqualTo(Counts(c, listed)));
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void Tests_of_homogeneity_agree(JsonElement c)
    {
        var (a, b, expected) = (Counts(c, "ref_counts"), Counts(c, "cur_counts"), c.GetProperty("expected"));
        var (chi, g) = (TwoSample.ChiSquareHomogeneity(a, b), TwoSample.GTest(a, b));
        var listed = expected.GetProperty("chi2_homogeneity_2xk");
        Near.Statistic(chi.Statistic, listed.GetProperty("statistic").GetDouble(), "chi-square");
        Near.PValue(chi.PValue, listed.GetProperty("pvalue").GetDouble(), "p");
        Assert.That(chi.DegreesOfFreedom, Is.EqualTo(listed.GetProperty("dof").GetInt32()));
        Near.Statistic(g.Statistic, expected.GetProperty("g_test_2xk").GetProperty("statistic").GetDouble(), "G");
        Near.PValue(g.PValue, expected.GetProperty("g_test_2xk").GetProperty("pvalue").GetDouble(), "p of G");
        Near.Statistic(Divergence.CramersV(a, b), expected.GetProperty("cramers_v").GetDouble(), "Cramer's V");
        if (!expected.TryGetProperty("z_two_proportions_pooled", out var z)) return;
        var proportions = TwoSample.TwoProportions(a[^1], a.Sum(), b[^1], b.Sum());
        Near.Statistic(proportions.Statistic, z.GetProperty("z_ref_minus_cur").GetDouble(), "z");
        Near.PValue(proportions.PValue, z.GetProperty("pvalue").GetDouble(), "p of z");
        var (fisher, exact) = (TwoSample.FisherExact(a[0], a.Sum(), b[0], b.Sum()), expected.GetProperty("fisher_exact"));
        Near.Statistic(fisher.Statistic, exact.GetProperty("odds_ratio").GetDouble(), "odds ratio");
        Near.PValue(fisher.PValue, exact.GetProperty("pvalue").GetDouble(), "p of Fisher");
    }

    [TestCaseSource(nameof(Cases))]
    public void Distances_agree(JsonElement c) => Distances.Agree(Counts(c, "ref_counts"), Counts(c, "cur_counts"), c.GetProperty("expected").GetProperty("distances"));
}
