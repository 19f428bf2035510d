namespace MLOps.Statistics;

/// <summary>The examples of the documentation, and cases whose answer is known by counting.</summary>
public sealed class TwoSampleExampleTests
{
    [Test]
    public void Mann_Whitney_counts_the_pairs_that_the_reference_wins()
    {
        var test = TwoSample.MannWhitney([1.0, 2, 3, 4, 5, 6, 7, 8], [5.0, 6, 7, 8, 9, 10, 11, 12]);
        Assert.That((test.Statistic, test.EffectSize), Is.EqualTo((8.0, 0.125)));
        Assert.That(TwoSample.MannWhitney([3.0, 3], [3.0]) is { Statistic: 1, EffectSize: 0.5, PValue: 1 });
    }

    [Test]
    public void Cramer_von_Mises_is_exact_for_few_values()
    {
        Assert.That(TwoSample.CramerVonMises([1.0, 2, 3, 4, 5], [6.0, 7, 8, 9, 10]).PValue, Is.EqualTo(2.0 / 252).Within(1e-15));
        Assert.That(TwoSample.CramerVonMises([1.0], [2.0]).PValue, Is.EqualTo(1));
        Assert.That(TwoSample.CramerVonMises([1.0, 2], [3.0, 4, 5]).PValue, Is.EqualTo(2.0 / 10).Within(1e-15));
    }

    [TestCase(5, 5)]
    [TestCase(4, 7)]
    [TestCase(1, 9)]
    public void The_exact_Cramer_von_Mises_p_value_is_the_share_of_all_arrangements(int n, int m)
    {
        var statistics = new List<double>();
        var one = new double[n];
        var other = new double[m];
        for (var mask = 0; mask < 1 << (n + m); mask++)
        {
            if (int.PopCount(mask) != n) continue;
            for (int i = 0, j = 0, k = 0; k < n + m; k++)
            {
                if ((mask >> k & 1) == 1) one[i++] = k;
                else other[j++] = k;
            }

            statistics.Add(TwoSample.CramerVonMises(one, other, PValueMethod.Asymptotic).Statistic);
        }

        var random = new Random(n);
        for (var trial = 0; trial < 20; trial++)
        {
            var test = TwoSample.CramerVonMises(Normal.Sample(random, n), Normal.Sample(random, m, trial / 10.0), PValueMethod.Exact);
            Assert.That(test.PValue, Is.EqualTo(statistics.Count(x => x >= test.Statistic - 1e-9) / (double)statistics.Count).Within(1e-12));
        }
    }

    [Test]
    public void An_exact_Cramer_von_Mises_p_value_is_refused_beyond_its_size() =>
        Assert.That(() => TwoSample.CramerVonMises(new double[21], [1.0], PValueMethod.Exact), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("Exact"));

    [Test]
    public void Anderson_Darling_gives_the_published_example()
    {
        // Scholz and Stephens 1987, table 4: smoothness of paper from four laboratories; mid-ranks give A2akN = 8.3926 with sigma 1.2038, standardised 4.480.
        double[][] laboratories =
        [
            [38.7, 41.5, 43.8, 44.5, 45.5, 46.0, 47.7, 58.0], [39.2, 39.3, 39.7, 41.4, 41.8, 42.9, 43.3, 45.8],
            [34.0, 35.0, 39.0, 40.0, 43.0, 43.0, 44.0, 45.0], [34.0, 34.8, 34.8, 35.4, 37.2, 37.8, 41.2, 42.8],
        ];
        var test = TwoSample.AndersonDarling(laboratories);
        Assert.That(test.Statistic, Is.EqualTo(4.480).Within(0.001));
        // Their own interpolation gives 0.0023, SciPy's 0.0020; of 200,000 seeded relabellings 0.0017 were as extreme.
        Assert.That(test.PValue, Is.EqualTo(0.0023).Within(0.0001));
        Assert.That(TwoSample.AndersonDarling(laboratories, PValueMethod.Asymptotic).PValue, Is.EqualTo(0.0020).Within(0.0003));
        Assert.That((test.ReferenceCount, test.CurrentCount), Is.EqualTo((8L, 24L)));
        Assert.That(TwoSample.AndersonDarling([1.0, 2, 3, 4, 5, 6], [7.0, 8, 9, 10, 11, 12]).PValue, Is.LessThan(0.01));
        Assert.That(() => TwoSample.AndersonDarling([[1.0]]), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(TwoSample.AndersonDarling([[1.0], [double.NaN]]).IsConclusive, Is.False);
    }

    [Test]
    public void Energy_Welch_and_Cohen_give_what_a_pencil_gives()
    {
        Assert.That(TwoSample.EnergyDistance([0.0, 0.0], [2.0, 2.0]), Is.EqualTo(2).Within(1e-15));
        var welch = TwoSample.WelchT([1.0, 2, 3], [3.0, 4, 5]);
        Assert.That(welch.Statistic, Is.EqualTo(-2 / Math.Sqrt(2 / 3.0)).Within(1e-14));
        Assert.That(TwoSample.CohensD([1.0, 2, 3], [3.0, 4, 5]), Is.EqualTo(2).Within(1e-14));
        // Student's t with 4 degrees of freedom has a closed form: t/sqrt(4 + t^2) = s, P = 1 - s(3 - s^2)/2.
        var s = 2 / Math.Sqrt(2 / 3.0) / Math.Sqrt(4 + 6);
        Assert.That(welch.PValue, Is.EqualTo(1 - s * (3 - s * s) / 2).Within(1e-13));
    }

    [Test]
    public void The_tail_of_Student_is_smooth_where_its_formula_changes()
    {
        foreach (var t in new[] { 0.1, 1.0, 2, 5, 8 })
        {
            var (below, above) = (SpecialTail.TwoSidedStudent(t, 1e6), SpecialTail.TwoSidedStudent(t, 1.000001e6));
            Assert.That(above / below, Is.EqualTo(1).Within(1e-8));
        }
    }

    [Test]
    public void Fisher_gives_the_lady_tasting_tea_and_agrees_with_counting_tables()
    {
        Assert.That(TwoSample.FisherExact(3, 4, 1, 4), Is.EqualTo(new TestResult(9, 0, 4, 4)).Using<TestResult>((x, y) => x.Statistic == y.Statistic));
        Assert.That(TwoSample.FisherExact(3, 4, 1, 4).PValue, Is.EqualTo(34.0 / 70).Within(1e-12));
        foreach (var (n, m) in new[] { (1, 1), (5, 9), (12, 12), (3, 20) })
        for (var successes = 0; successes <= n + m; successes++)
        {
            double Tables(int k) => k < 0 || k > n || successes - k < 0 || successes - k > m ? 0 : MathNet.Numerics.SpecialFunctions.Binomial(n, k) * MathNet.Numerics.SpecialFunctions.Binomial(m, successes - k);
            for (var k = Math.Max(0, successes - m); k <= Math.Min(n, successes); k++)
            {
                var expected = Enumerable.Range(0, n + 1).Select(Tables).Where(x => x <= Tables(k)).Sum() / Enumerable.Range(0, n + 1).Sum(Tables);
                Assert.That(TwoSample.FisherExact(k, n, successes - k, m).PValue, Is.EqualTo(expected).Within(1e-11), $"{k} of {n}, {successes - k} of {m}");
            }
        }
    }

    [Test]
    public void Fisher_stays_finite_at_its_edges()
    {
        Assert.That(TwoSample.FisherExact(5, 5, 0, 5) is { Statistic: double.MaxValue, PValue: < 0.01 });
        Assert.That(TwoSample.FisherExact(0, 5, 0, 5) is { Statistic: 1, PValue: 1 });
        Assert.That(TwoSample.FisherExact(0, 0, 0, 5).IsConclusive, Is.False);
        Assert.That(TwoSample.FisherExact(500_000_000, 1_000_000_000, 500_000_000, 1_000_000_000).PValue, Is.EqualTo(1));
        Assert.That(TwoSample.FisherExact(500_050_000, 1_000_000_000, 500_000_000, 1_000_000_000).PValue, Is.EqualTo(TwoSample.TwoProportions(500_050_000, 1_000_000_000, 500_000_000, 1_000_000_000).PValue).Within(1e-3));
        Assert.That(() => TwoSample.FisherExact(6, 5, 0, 5), Throws.TypeOf<MLOpsInvalidException>());
    }

    [Test]
    public void Kullback_Leibler_is_directed_and_finite()
    {
        Assert.That(Divergence.KullbackLeibler([50, 50], [75, 25]), Is.EqualTo(0.14384103622589045).Within(1e-15));
        Assert.That(Divergence.KullbackLeibler([10, 0], [0, 10]), Is.EqualTo((1 - 1e-4) / (1 + 1e-4) * Math.Log(1e4)).Within(1e-12));
        Assert.That(Divergence.KullbackLeibler([0, 0], [1, 2]), Is.NaN);
    }

    [Test]
    public void Mean_discrepancy_sees_a_shift()
    {
        double[] a = [0, 0, 1, 1, 2, 2], b = [5, 0, 6, 1, 7, 2];
        Assert.That(TwoSample.MaximumMeanDiscrepancy(a, b, columns: 2).Biased, Is.GreaterThan(0.5));
        var random = new Random(1);
        double[] c = [.. Enumerable.Range(0, 400).Select(_ => random.NextDouble())], d = [.. Enumerable.Range(0, 400).Select(_ => random.NextDouble() + 0.5)];
        Assert.That(TwoSample.MaximumMeanDiscrepancyLinear(c, d, columns: 1).PValue, Is.LessThan(0.01));
    }
}
