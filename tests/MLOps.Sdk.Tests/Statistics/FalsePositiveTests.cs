namespace MLOps.Statistics;

/// <summary>Without drift a test at level 0.05 fires in 5 % of the trials. Bounds: four standard deviations of the binomial; the seeds are fixed.</summary>
public sealed class FalsePositiveTests
{
    private const int Trials = 2000;
    private const double Level = 0.05;

    private static double Rate(Func<Random, double> pValue)
    {
        var random = new Random(20261122);
        return Enumerable.Range(0, Trials).Count(_ => pValue(random) <= Level) / (double)Trials;
    }

    private static readonly double Slack = 4 * Math.Sqrt(Level * (1 - Level) / Trials);

    [Test]
    public void Kolmogorov_Smirnov_keeps_its_level([Values(PValueMethod.Exact, PValueMethod.Asymptotic)] PValueMethod method)
    {
        // The statistic is discrete, so that the rate may lie below the level, by less at larger sizes.
        var rate = Rate(random => TwoSample.KolmogorovSmirnov(Normal.Sample(random, 311), Normal.Sample(random, 277), method).PValue);
        Assert.That(rate, Is.InRange(Level - Slack - 0.005, Level + Slack));
    }

    [Test]
    public void Chi_square_homogeneity_keeps_its_level_with_windows_of_equal_size()
    {
        double[] shares = [0.5, 0.8, 0.9, 0.97, 1];
        long[] Draw(Random random)
        {
            var counts = new long[shares.Length];
            for (var i = 0; i < 500; i++)
            {
                var u = random.NextDouble();
                counts[Array.FindIndex(shares, share => u < share)]++;
            }

            return counts;
        }

        Assert.That(Rate(random => TwoSample.ChiSquareHomogeneity(Draw(random), Draw(random)).PValue), Is.InRange(Level - Slack, Level + Slack));
        Assert.That(Rate(random => TwoSample.ChiSquareHomogeneity(Draw(random), Draw(random), ChiSquareOptions.Pooled).PValue), Is.InRange(Level - Slack, Level + Slack));
        Assert.That(Rate(random => TwoSample.GTest(Draw(random), Draw(random)).PValue), Is.InRange(Level - Slack, Level + Slack + 0.005));
    }

    [Test]
    public void Chi_square_on_reference_deciles_keeps_its_level()
    {
        var rate = Rate(random =>
        {
            var (a, b) = (Normal.Sample(random, 400), Normal.Sample(random, 400));
            // Edges from both samples together keep the homogeneity test exact; edges from the reference alone make its counts too even.
            var bins = Binning.FromQuantiles([.. a, .. b]);
            return TwoSample.ChiSquareHomogeneity(bins.CountOf(a).Counts, bins.CountOf(b).Counts).PValue;
        });
        Assert.That(rate, Is.InRange(Level - Slack, Level + Slack));
    }

    [Test]
    public void The_corrected_population_stability_index_is_zero_on_average()
    {
        var random = new Random(5);
        var bins = Binning.FromEdges([-1, -0.5, 0, 0.5, 1]);
        var (raw, corrected) = (0.0, 0.0);
        for (var i = 0; i < 1000; i++)
        {
            var (a, b) = (bins.CountOf(Normal.Sample(random, 300)).Counts, bins.CountOf(Normal.Sample(random, 200)).Counts);
            raw += Divergence.PopulationStability(a, b) / 1000;
            corrected += Divergence.PopulationStabilityCorrected(a, b) / 1000;
        }

        Assert.That(raw, Is.GreaterThan(0.035));
        Assert.That(corrected, Is.EqualTo(0).Within(0.004));
    }

    [Test]
    public void Benjamini_Hochberg_keeps_twenty_quiet_features_quiet()
    {
        var rate = Rate(random => MultipleTesting.BenjaminiHochberg([.. Enumerable.Range(0, 20).Select(_ => random.NextDouble())]).Min());
        Assert.That(rate, Is.LessThanOrEqualTo(Level + Slack));
    }
}
