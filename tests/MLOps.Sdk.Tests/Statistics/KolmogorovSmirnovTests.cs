namespace MLOps.Statistics;

public sealed class KolmogorovSmirnovTests
{
    // Every order of n reference and m current values, counted.
    private static double BruteForce(int n, int m, double statistic)
    {
        int hits = 0, all = 0;
        for (var mask = 0; mask < 1 << (n + m); mask++)
        {
            if (int.PopCount(mask) != n) continue;
            all++;
            int i = 0, j = 0;
            var largest = 0.0;
            for (var bit = 0; bit < n + m; bit++)
            {
                if ((mask >> bit & 1) != 0) i++;
                else j++;
                largest = Math.Max(largest, Math.Abs(i / (double)n - j / (double)m));
            }

            if (largest >= statistic - 1e-12) hits++;
        }

        return hits / (double)all;
    }

    [Test]
    public void The_exact_p_value_counts_orders([Values(1, 2, 5, 7)] int n, [Values(1, 3, 5, 8)] int m)
    {
        var random = new Random(n * 100 + m);
        for (var trial = 0; trial < 5; trial++)
        {
            var (a, b) = (Normal.Sample(random, n), Normal.Sample(random, m, trial * 0.5));
            var test = TwoSample.KolmogorovSmirnov(a, b, PValueMethod.Exact);
            Assert.That(test.PValue, Is.EqualTo(BruteForce(n, m, test.Statistic)).Within(1e-12), $"{n} {m} {test.Statistic}");
        }
    }

    [Test]
    public void The_closed_form_and_the_counted_paths_agree_to_the_ninth_digit_deep_in_the_tail([Values(1, 2, 7, 60, 151, 380, 400)] int h)
    {
        var closed = KolmogorovSmirnovExact.EqualSizes(400, h);
        Assert.That(KolmogorovSmirnovExact.Paths(400, 400, h * 400L) / closed, Is.EqualTo(1).Within(1e-9), $"{closed}");
    }

    [Test]
    public void The_distribution_agrees_with_known_values_and_is_continuous_where_formulas_meet()
    {
        // Marsaglia, Tsang and Wang 2003: P(D10 < 0.274) = 0.6284796154565043; Kolmogorov's limit at 1.36: 0.0494859.
        Assert.That(1 - KolmogorovDistribution.Tail(10, 0.274), Is.EqualTo(0.62847961545650427).Within(1e-12));
        Assert.That(KolmogorovDistribution.Tail(1e6, 1.36e-3), Is.EqualTo(0.0494).Within(2e-4));
        foreach (var n in new[] { 1.0, 2, 10, 139, 140, 141, 1000, 50_000 })
        {
            var last = 1.0;
            for (var x = 0.0005; x < 1; x *= 1.01)
            {
                var p = KolmogorovDistribution.Tail(n, x);
                Assert.That(p, Is.LessThanOrEqualTo(last + 1e-6).And.GreaterThanOrEqualTo(0), $"{n} {x}");
                last = p;
            }
        }
    }

    [TestCase(PValueMethod.Exact)]
    [TestCase(PValueMethod.Asymptotic)]
    public void Edges(PValueMethod method)
    {
        Assert.That(TwoSample.KolmogorovSmirnov([], [1, 2], method).IsConclusive, Is.False);
        Assert.That(TwoSample.KolmogorovSmirnov([double.NaN], [1, 2], method), Has.Property(nameof(TestResult.ReferenceCount)).EqualTo(0));
        Assert.That(TwoSample.KolmogorovSmirnov([3, 3, 3], [3, 3], method) is { Statistic: 0, PValue: 1 });
        Assert.That(TwoSample.KolmogorovSmirnov([0.0, -0.0], [-0.0, 0.0], method).Statistic, Is.EqualTo(0));
        Assert.That(TwoSample.KolmogorovSmirnov([1, double.NaN, 2], [1, 2], method) is { Statistic: 0, ReferenceCount: 2 });
        Assert.That(TwoSample.KolmogorovSmirnov([double.NegativeInfinity, 1], [1, double.PositiveInfinity], method) is { Statistic: 0.5, Sign: 1 });
        Assert.That(TwoSample.KolmogorovSmirnov([1], [2], method).Statistic, Is.EqualTo(1));
    }
}
