namespace MLOps.Statistics;

/// <summary>What counts and sketches say of a distance must hold what the values say.</summary>
public sealed class BoundedComparisonTests
{
    private static readonly Func<double, double>[] s_maps = [z => z, z => Math.Exp(z), z => Math.Round(2 * z), z => Math.Max(0, Math.Round(z)), z => 1e300 * z, _ => 7];

    private static IEnumerable<(double[] A, double[] B)> Pairs(int trials, int most)
    {
        var random = new Random(31);
        for (var trial = 0; trial < trials; trial++)
        {
            var map = s_maps[trial % s_maps.Length];
            yield return ([.. Normal.Sample(random, random.Next(1, most)).Select(map)], [.. Normal.Sample(random, random.Next(1, most), random.Next(3) * 0.4).Select(map)]);
        }
    }

    [Test]
    public void Counts_in_bins_bound_what_the_values_give()
    {
        foreach (var (a, b) in Pairs(Effort.Of(400, 4000), 300))
        {
            var bins = Binning.FromQuantiles(a, 8);
            double from = Math.Min(a.Min(), b.Min()), to = Math.Max(a.Max(), b.Max());
            var found = TwoSample.Compare(bins, bins.CountOf(a).Counts, bins.CountOf(b).Counts, from, to);
            var truth = TwoSample.Compare(a, b);
            Assert.That(found.KolmogorovSmirnov.Lower - 1e-12 <= truth.KolmogorovSmirnov.Statistic && truth.KolmogorovSmirnov.Statistic <= found.KolmogorovSmirnov.Upper + 1e-12);
            Assert.That(found.Wasserstein.Lower * (1 - 1e-9) <= truth.Wasserstein && truth.Wasserstein <= found.Wasserstein.Upper * (1 + 1e-9), $"{found} {truth}");
            Assert.That(found.Wasserstein.Contains(found.Wasserstein.Estimate) && found.KolmogorovSmirnov.Contains(found.KolmogorovSmirnov.Estimate));
            Assert.That(found.PValue, Is.InRange(0, 1));
        }
    }

    [Test]
    public void Sketches_bound_what_the_values_give_in_94_percent_of_streams()
    {
        var (trials, held, exact) = (Effort.Of(120, 1000), 0, 0);
        foreach (var (a, b) in Pairs(trials, 12_000))
        {
            KllSketch one = new(200, (ulong)a.Length), other = new(200, (ulong)b.Length + 99);
            one.Update(a);
            other.Update(b);
            var (found, truth) = (TwoSample.Compare(one, other), TwoSample.Compare(a, b, PValueMethod.Asymptotic));
            if (found.KolmogorovSmirnov.Confidence == 1 && Math.Abs(found.KolmogorovSmirnov.Estimate - truth.KolmogorovSmirnov.Statistic) < 1e-12) exact++;
            var slack = 1e-9 * truth.Wasserstein;
            if (found.KolmogorovSmirnov.Contains(truth.KolmogorovSmirnov.Statistic) && truth.Wasserstein >= found.Wasserstein.Lower - slack && truth.Wasserstein <= found.Wasserstein.Upper + slack) held++;
            if (found.KolmogorovSmirnov.Contains(truth.KolmogorovSmirnov.Statistic)) Assert.That(found.PValue, Is.GreaterThanOrEqualTo(truth.KolmogorovSmirnov.PValue - 1e-9));
        }

        TestContext.Out.WriteLine($"{held} of {trials} held");
        Assert.That(held, Is.GreaterThanOrEqualTo(0.94 * trials));
    }

    [Test]
    public void Sketches_that_keep_every_value_give_what_the_values_give()
    {
        foreach (var (a, b) in Pairs(60, 180))
        {
            KllSketch one = new(200), other = new(200);
            one.Update(a);
            other.Update(b);
            var (found, truth) = (TwoSample.Compare(one, other), TwoSample.Compare(a, b));
            Assert.That(found.KolmogorovSmirnov.Estimate, Is.EqualTo(truth.KolmogorovSmirnov.Statistic).Within(1e-12));
            Assert.That(found.Wasserstein.Estimate, Is.EqualTo(truth.Wasserstein).Within(1e-9 * truth.Wasserstein));
            Assert.That(found.KolmogorovSmirnov.Confidence, Is.EqualTo(1));
        }
    }

    [Test]
    public void A_sketch_is_counted_into_bins_within_its_rank_error_and_its_weights_sum_to_its_count()
    {
        var (seeds, within) = (Effort.Of(40, 1000), 0);
        for (var seed = 0; seed < seeds; seed++)
        {
            double[] values = [.. Normal.Sample(new Random(seed), 20_000), double.NaN];
            var sketch = new KllSketch(200, (ulong)seed);
            sketch.Update(values);
            var bins = Binning.FromQuantiles(values.AsSpan(0, 500), 10);
            var (truth, found) = (bins.CountOf(values), bins.CountOf(sketch));
            Assert.That((found.Counts.Sum(), found.NaNCount), Is.EqualTo((20_000L, 1L)));
            if (truth.Counts.Zip(found.Counts).All(pair => Math.Abs(pair.First - pair.Second) <= 2 * sketch.RankError * 20_000)) within++;
        }

        Assert.That(within, Is.GreaterThanOrEqualTo(0.97 * seeds));
    }

    [Test]
    public void Edges_and_wrong_arguments()
    {
        var bins = Binning.FromEdges([0, 1]);
        Assert.That((bins.LowerEdge(0), bins.UpperEdge(0), bins.LowerEdge(2), bins.UpperEdge(2)), Is.EqualTo((double.NegativeInfinity, 0.0, 1.0, double.PositiveInfinity)));
        Assert.That(() => bins.LowerEdge(3), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(TwoSample.Compare(bins, [0, 0, 0], [1, 0, 0], 0, 0).PValue, Is.NaN);
        Assert.That(TwoSample.Compare(new KllSketch(), new KllSketch()).PValue, Is.NaN);
        Assert.That(TwoSample.Compare(bins, [1, 5, 4], [1, 5, 4], -1, 2) is { KolmogorovSmirnov.Estimate: 0, Wasserstein.Estimate: 0, PValue: 1 });
        Assert.That(double.IsFinite(TwoSample.Compare(bins, [1, 5, 4], [4, 5, 1], -1.7e308, 1.7e308).Wasserstein.Upper));
        Assert.That(() => TwoSample.Compare(bins, [1, 5], [1, 5], 0, 1), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(() => TwoSample.Compare(bins, [1, 5, 0], [1, 5, 1], -1, 0.5), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("outside"));
        Assert.That(() => TwoSample.Compare(bins, [1, 5, 0], [1, 5, 1], double.NaN, 0.5), Throws.TypeOf<MLOpsInvalidException>());
    }
}
