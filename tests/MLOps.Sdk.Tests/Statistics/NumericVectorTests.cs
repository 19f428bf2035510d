using System.Text.Json;

namespace MLOps.Statistics;

public sealed class NumericVectorTests
{
    private static IEnumerable<TestCaseData> Cases() =>
        Vector.Json("numeric_two_sample.json").GetProperty("cases").EnumerateArray().Select((c, i) => new TestCaseData(c).SetArgDisplayNames(
            $"{i} {c.GetProperty("reference").GetProperty("file").GetString()} {c.GetProperty("reference").GetProperty("column").GetString()} {c.GetProperty("expected").GetProperty("n_ref")}"));

    private static IEnumerable<TestCaseData> CasesWithData() => Cases().Where(c => Samples((JsonElement)c.Arguments[0]!) is not null);

    private static (double[] Reference, double[] Current)? Samples(JsonElement c) =>
        Vector.Numbers(c.GetProperty("reference")) is { } a && Vector.Numbers(c.GetProperty("current")) is { } b ? (a, b) : null;

    [Test]
    public void All_cases_with_data_are_here() => Assert.That(CasesWithData().Count(), Is.EqualTo(15));

    [TestCaseSource(nameof(CasesWithData))]
    public void Kolmogorov_Smirnov_agrees_with_SciPy(JsonElement c)
    {
        var (a, b) = Samples(c)!.Value;
        var expected = c.GetProperty("expected");
        var asymptotic = expected.GetProperty("ks_asymp");
        var test = TwoSample.KolmogorovSmirnov(a, b, PValueMethod.Asymptotic);
        Near.Statistic(test.Statistic, asymptotic.GetProperty("statistic").GetDouble(), "statistic");
        Near.PValue(test.PValue, asymptotic.GetProperty("pvalue").GetDouble(), "asymptotic p");
        Assert.That(test.Sign, Is.EqualTo(asymptotic.GetProperty("statistic_sign").GetInt32()));
        // Several values may share the largest gap, of which we name the smallest; rounding decides for SciPy.
        foreach (var location in new[] { test.Location, asymptotic.GetProperty("statistic_location").GetDouble() })
        {
            var gap = a.Count(x => x <= location) / (double)a.Length - b.Count(x => x <= location) / (double)b.Length;
            Assert.That(gap * test.Sign, Is.EqualTo(test.Statistic).Within(1e-12));
        }

        Assert.That((test.ReferenceCount, test.CurrentCount), Is.EqualTo((expected.GetProperty("n_ref").GetInt64(), expected.GetProperty("n_cur").GetInt64())));
        if (!expected.TryGetProperty("ks_exact", out var exact) || exact.ValueKind == JsonValueKind.Null) return;
        Near.PValue(TwoSample.KolmogorovSmirnov(a, b, PValueMethod.Exact).PValue, exact.GetProperty("pvalue").GetDouble(), "exact p");
        // SciPy's exact p knows no ties; the default does, and is then the smaller one.
        var listed = exact.GetProperty("pvalue").GetDouble();
        if (a.Concat(b).Distinct().Count() == a.Length + b.Length) Near.PValue(TwoSample.KolmogorovSmirnov(a, b).PValue, listed, "default p");
        else Assert.That(TwoSample.KolmogorovSmirnov(a, b).PValue, Is.LessThanOrEqualTo(listed * (1 + 1e-6)));
    }

    [TestCaseSource(nameof(CasesWithData))]
    public void Wasserstein_agrees_with_SciPy(JsonElement c)
    {
        var (a, b) = Samples(c)!.Value;
        var expected = c.GetProperty("expected");
        Near.Statistic(TwoSample.Wasserstein(a, b), expected.GetProperty("wasserstein_1").GetDouble(), "raw");
        Near.Statistic(TwoSample.NormedWasserstein(a, b), expected.GetProperty("wasserstein_normed_by_ref_std").GetDouble(), "normed");
        Assert.That(Moments.Of(a).StandardDeviation(0), Is.EqualTo(expected.GetProperty("ref_std_ddof0").GetDouble()).Within(1e-12));
        var both = TwoSample.Compare(a, b);
        Assert.That(both, Is.EqualTo(new NumericComparison(TwoSample.KolmogorovSmirnov(a, b), TwoSample.Wasserstein(a, b), TwoSample.NormedWasserstein(a, b))));
    }

    [TestCaseSource(nameof(CasesWithData))]
    public void Rank_tests_agree_with_SciPy(JsonElement c)
    {
        var (a, b) = Samples(c)!.Value;
        var expected = c.GetProperty("expected");
        var (u, listed) = (TwoSample.MannWhitney(a, b), expected.GetProperty("mann_whitney"));
        Near.Statistic(u.Statistic, listed.GetProperty("u1").GetDouble(), "U");
        Near.Statistic(u.EffectSize, listed.GetProperty("auc_effect_size_u_over_nm").GetDouble(), "U/(nm)");
        Near.PValue(u.PValue, listed.GetProperty("pvalue").GetDouble(), "p of U");
        var (anderson, k) = (TwoSample.AndersonDarling(a, b, PValueMethod.Asymptotic), expected.GetProperty("anderson_darling_k"));
        Near.Statistic(anderson.Statistic, k.GetProperty("statistic").GetDouble(), "Anderson-Darling");
        Near.PValue(anderson.PValue, k.GetProperty("significance_level").GetDouble(), "p of Anderson-Darling");
        Near.Statistic(TwoSample.AndersonDarling([a, b]).Statistic, anderson.Statistic, "k samples, k = 2");
        Near.Statistic(TwoSample.AndersonDarling(a, b).Statistic, anderson.Statistic, "the same statistic by default");
        if (!expected.TryGetProperty("cramer_von_mises", out var mises)) return;
        var test = TwoSample.CramerVonMises(a, b, PValueMethod.Asymptotic);
        Near.Statistic(test.Statistic, mises.GetProperty("statistic").GetDouble(), "Cramer-von Mises");
        Near.PValue(test.PValue, mises.GetProperty("pvalue").GetDouble(), "p of Cramer-von Mises");
    }

    [TestCaseSource(nameof(CasesWithData))]
    public void Welch_Cohen_and_energy_agree_with_SciPy(JsonElement c)
    {
        var (a, b) = Samples(c)!.Value;
        var expected = c.GetProperty("expected");
        var (welch, listed) = (TwoSample.WelchT(a, b), expected.GetProperty("welch_t"));
        Near.Statistic(welch.Statistic, listed.GetProperty("statistic").GetDouble(), "t");
        Near.PValue(welch.PValue, listed.GetProperty("pvalue").GetDouble(), "p of t");
        Near.Statistic(welch.EffectSize, expected.GetProperty("cohens_d_cur_minus_ref").GetDouble(), "Cohen's d");
        Near.Statistic(TwoSample.EnergyDistance(a, b), expected.GetProperty("energy_distance").GetDouble(), "energy");
    }

    [TestCaseSource(nameof(CasesWithData))]
    public void Reference_deciles_and_the_shares_in_them_agree_with_NumPy(JsonElement c)
    {
        var (a, b) = Samples(c)!.Value;
        foreach (var scheme in c.GetProperty("expected").GetProperty("binned").EnumerateArray().Where(s => s.GetProperty("scheme").GetString()!.StartsWith("ref_deciles", StringComparison.Ordinal)))
        {
            var binning = Binning.FromQuantiles(a);
            Assert.That(binning.Edges.ToArray(), Is.EqualTo(Vector.Doubles(scheme.GetProperty("edges"))));
            var (p, q) = (binning.CountOf(a), binning.CountOf(b));
            Assert.That(p.Counts.Select(x => x / (double)a.Length), Is.EqualTo(Vector.Doubles(scheme.GetProperty("p"))).Within(1e-15));
            Assert.That(q.Counts.Select(x => x / (double)b.Length), Is.EqualTo(Vector.Doubles(scheme.GetProperty("q"))).Within(1e-15));
            Assert.That((p.NaNCount, q.NaNCount), Is.EqualTo((0L, 0L)));
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void Distances_of_the_listed_shares_agree(JsonElement c)
    {
        var expected = c.GetProperty("expected");
        foreach (var scheme in expected.GetProperty("binned").EnumerateArray())
        {
            long[] Counts(string shares, string size) =>
                [.. Vector.Doubles(scheme.GetProperty(shares)).Select(share => (long)Math.Round(share * expected.GetProperty(size).GetInt64()))];
            Distances.Agree(Counts("p", "n_ref"), Counts("q", "n_cur"), scheme);
        }
    }
}
