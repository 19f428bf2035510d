namespace MLOps.Statistics;

/// <summary>The null distributions given ties: against counting, against closed forms, against published quantiles.</summary>
public sealed class TiedDistributionTests
{
    private static readonly double[][] s_pools =
    [
        [1, 1, 1, 2, 2, 3, 3, 3, 3], [0, 0, 0, 0, 0, 0, 0, 1, 2, 3], [1, 2, 2, 3, 4, 5, 5, 6, 7, 7, 8, 9], [1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 7, 7, 8],
    ];

    // Every way to call n values of the pool the reference.
    private static IEnumerable<(double[] A, double[] B)> Splits(double[] pool, int n)
    {
        for (var mask = 0; mask < 1 << pool.Length; mask++)
            if (int.PopCount(mask) == n) yield return ([.. pool.Where((_, i) => (mask >> i & 1) == 1)], [.. pool.Where((_, i) => (mask >> i & 1) == 0)]);
    }

    [Test]
    public void P_values_of_tied_samples_are_shares_of_all_relabellings([Range(0, 4)] int index, [Values(1, 3, 5)] int n)
    {
        foreach (var test in new Func<double[], double[], TestResult>[] { (a, b) => TwoSample.KolmogorovSmirnov(a, b), (a, b) => TwoSample.CramerVonMises(a, b, PValueMethod.Exact) })
        {
            var found = Splits(s_pools[index], n).Select(split => test(split.A, split.B)).ToArray();
            foreach (var one in found)
                Assert.That(one.PValue, Is.EqualTo(found.Count(other => other.Statistic >= one.Statistic - 1e-12) / (double)found.Length).Within(1e-12));
        }
    }

    [Test]
    public void A_tied_Kolmogorov_Smirnov_test_is_less_conservative_and_meets_the_other_form_where_ties_are_few()
    {
        var random = new Random(3);
        for (var trial = 0; trial < 40; trial++)
        {
            double[] a = [.. Normal.Sample(random, 200).Select(z => Math.Round(z * 3))], b = [.. Normal.Sample(random, 150, 0.1).Select(z => Math.Round(z * 3))];
            Assert.That(TwoSample.KolmogorovSmirnov(a, b).PValue, Is.LessThanOrEqualTo(TwoSample.KolmogorovSmirnov(a, b, PValueMethod.Exact).PValue * (1 + 1e-9)));
            var (c, d) = (Normal.Sample(random, 200), Normal.Sample(random, 150, 0.3));
            var exact = TwoSample.KolmogorovSmirnov(c, d, PValueMethod.Exact).PValue;
            c[0] = c[1];
            Assert.That(TwoSample.KolmogorovSmirnov(c, d).PValue, Is.EqualTo(exact).Within(0.3 * exact + 1e-3));
        }
    }

    [Test]
    public void The_tied_form_without_ties_is_the_form_without_ties([Values(5, 40, 300)] int n, [Values(7, 40, 1000)] int m)
    {
        var ones = Enumerable.Repeat(1L, n + m).ToArray();
        foreach (var share in new[] { 0.05, 0.1, 0.2, 0.5 })
        {
            var largest = Math.Max(1, (long)(share * n * m) / Math.Max(n, m) * Math.Max(n, m));
            Assert.That(KolmogorovSmirnovTied.Tail(ones, n, m, largest), Is.EqualTo(KolmogorovSmirnovExact.Paths(n, m, largest)).Within(1e-10), $"{largest}");
        }
    }

    [Test]
    public void Large_samples_of_few_values_keep_their_exact_p_value()
    {
        // Two values: the statistic is the difference of shares, hypergeometric.
        var test = TwoSample.KolmogorovSmirnovOrdinal([300_500, 199_500], [299_700, 200_300]);
        Assert.That(test.PValue, Is.EqualTo(TwoSample.FisherExact(300_500, 500_000, 299_700, 500_000).PValue).Within(1e-9));
        Assert.That(TwoSample.KolmogorovSmirnovOrdinal([1_000_000_000, 0], [0, 1_000_000_000]) is { Statistic: 1, PValue: 0 });
    }

    // One gap only: the statistic is one squared normal variable.
    [TestCase(70, 30)]
    [TestCase(5000, 1)]
    [TestCase(1_000_000_000_000, 700_000_000_000)]
    public void With_two_values_the_limits_are_chi_square(long first, long second)
    {
        foreach (var x in new[] { 0.01, 0.5, 1, 3.84, 10.83, 100, 600 })
        {
            double n = first + second, p = first / n, chi = SpecialTail.TwoSidedNormal(Math.Sqrt(x));
            Assert.That(BridgeTail.AndersonDarling([first, second], 2, x, 0) / chi, Is.EqualTo(1).Within(1e-7), $"{x}");
            Assert.That(BridgeTail.CramerVonMises([first, second], x * n / (n - 1) * 0.5 * p * (1 - p), 0) / chi, Is.EqualTo(1).Within(1e-7), $"{x}");
        }
    }

    [Test]
    public void Without_ties_the_limits_are_the_published_ones()
    {
        var ones = Enumerable.Repeat(1L, 20_000).ToArray();
        // Stephens 1974, table 1; Scholz and Stephens 1987, table 1 (m = 1 is the same law).
        foreach (var (x, p) in new[] { (1.248, 0.25), (1.933, 0.1), (2.492, 0.05), (3.070, 0.025), (3.857, 0.01) })
            Assert.That(BridgeTail.AndersonDarling(ones, 2, x, 0), Is.EqualTo(p).Within(0.005 * p + 3e-4));
        foreach (var x in new[] { 0.03, 0.118, 0.347, 0.461, 0.743, 1.168, 2 })
            Assert.That(BridgeTail.CramerVonMises(ones, x, 0) / CramerVonMisesDistribution.Tail(x), Is.EqualTo(1).Within(0.003), $"{x}");
    }

    [Test]
    public void Tails_fall_and_stay_within_bounds_for_every_kind_of_ties()
    {
        foreach (long[] ties in new[] { [1, 1], [1, 1, 1], [1_000_000, 1, 1, 1], [1, 1_000_000_000_000, 1], Enumerable.Range(1, 500).Select(i => (long)i * i).ToArray(), Enumerable.Repeat(3L, 5000).ToArray() })
        {
            var last = (CramerVonMises: 1.0, AndersonDarling: 1.0);
            foreach (var x in new[] { -1, 0, 1e-300, 1e-6, 0.01, 0.1, 0.2, 0.5, 1, 2, 5, 20, 100, 1e4, 1e300 })
            {
                var now = (CramerVonMises: BridgeTail.CramerVonMises(ties, x / 6, 0), AndersonDarling: BridgeTail.AndersonDarling(ties, 2, x, 0));
                Assert.That(now.CramerVonMises >= 0 && now.CramerVonMises <= last.CramerVonMises + 1e-3, $"{x} {now} {last}");
                Assert.That(now.AndersonDarling >= 0 && now.AndersonDarling <= last.AndersonDarling + 1e-3, $"{x} {now} {last}");
                last = now;
            }

            Assert.That(last, Is.EqualTo((0.0, 0.0)));
        }
    }

    [Test]
    public void The_Cramer_von_Mises_statistic_is_Andersons_without_ties_and_blind_to_the_direction_with_them()
    {
        var random = new Random(9);
        var (a, b) = (Normal.Sample(random, 60), Normal.Sample(random, 45, 0.4));
        Assert.That(TwoSample.CramerVonMises(a, b), Is.EqualTo(TwoSample.CramerVonMises(a, b, PValueMethod.Asymptotic)));
        (a, b) = ([.. a.Select(z => Math.Round(z))], [.. b.Select(z => Math.Round(z))]);
        var (forth, back) = (TwoSample.CramerVonMises(a, b), TwoSample.CramerVonMises([.. a.Select(x => -x)], [.. b.Select(x => -x)]));
        Assert.That(back.Statistic, Is.EqualTo(forth.Statistic).Within(1e-12));
        Assert.That(back.PValue, Is.EqualTo(forth.PValue).Within(1e-9));
        Assert.That(() => TwoSample.AndersonDarling(a, b, PValueMethod.Exact), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("Exact"));
    }
}
