using FsCheck;
using FsCheck.Fluent;

namespace MLOps.Statistics;

public sealed class TwoSamplePropertyTests
{
    private static readonly Config Settings = Config.QuickThrowOnFailure.WithMaxTest(200).WithReplay(20261122, 7);

    // Many ties, both zeros, wide ranges: what columns hold.
    private static readonly Gen<double> Number = Gen.OneOf(
        Gen.Choose(-3, 3).Select(i => (double)i), Gen.Choose(-1_000_000, 1_000_000).Select(i => i / 997.0), Gen.Elements(0.0, -0.0, 1e300, -1e300, 1e-300, double.Epsilon));

    private static readonly Arbitrary<(double[] A, double[] B)> Samples =
        Number.ArrayOf().SelectMany(_ => Number.NonEmptyListOf(), (_, a) => a.ToArray()).SelectMany(_ => Number.NonEmptyListOf(), (a, b) => (a, b.ToArray())).ToArbitrary();

    private static readonly Arbitrary<(long[] A, long[] B)> Counts =
        Gen.Choose(1, 12).SelectMany(k => Gen.Zip(Gen.Choose(0, 50).Select(i => (long)i).ArrayOf(k), Gen.Choose(0, 50).Select(i => (long)i).ArrayOf(k)), (_, pair) => pair).ToArbitrary();

    private static readonly Func<long[], long[], double>[] Symmetric =
    [
        (a, b) => Divergence.PopulationStability(a, b), (a, b) => Divergence.PopulationStabilityCorrected(a, b), (a, b) => Divergence.JensenShannon(a, b),
        (a, b) => Divergence.JensenShannon(a, b, Math.E), (a, b) => Divergence.Hellinger(a, b), (a, b) => Divergence.TotalVariation(a, b), (a, b) => Divergence.LInfinity(a, b),
        (a, b) => Divergence.CramersV(a, b), (a, b) => TwoSample.ChiSquareHomogeneity(a, b).PValue, (a, b) => TwoSample.GTest(a, b).PValue,
        (a, b) => TwoSample.ChiSquareHomogeneity(a, b, ChiSquareOptions.Pooled).PValue,
    ];

    private static bool Close(double x, double y) => x.Equals(y) || Math.Abs(x - y) <= 1e-9 * Math.Max(1, Math.Abs(x));

    [Test]
    public void Numeric_tests_are_symmetric_finite_and_blind_to_order() => Check.One(Settings, Prop.ForAll(Samples, pair =>
    {
        var (a, b) = pair;
        foreach (var method in Enum.GetValues<PValueMethod>())
        {
            var (forth, back) = (TwoSample.Compare(a, b, method), TwoSample.Compare(b, a, method));
            var shuffled = TwoSample.Compare([.. a.Reverse()], [.. b.Reverse()], method);
            if (forth != shuffled) return false;
            if (!Close(forth.KolmogorovSmirnov.PValue, back.KolmogorovSmirnov.PValue) || forth.KolmogorovSmirnov.Statistic != back.KolmogorovSmirnov.Statistic) return false;
            if (Math.Abs(forth.Wasserstein - back.Wasserstein) > 1e-12 * forth.Wasserstein) return false;
            if (!double.IsFinite(forth.Wasserstein) || !double.IsFinite(forth.NormedWasserstein)) return false;
            if (forth.KolmogorovSmirnov is not { PValue: >= 0 and <= 1, Statistic: >= 0 and <= 1 }) return false;
        }

        return true;
    }));

    [Test]
    public void Equal_samples_are_at_distance_zero() => Check.One(Settings, Prop.ForAll(Samples, pair =>
        TwoSample.Compare(pair.A, [.. pair.A.Reverse()]) is { KolmogorovSmirnov: { Statistic: 0, PValue: 1 }, Wasserstein: 0, NormedWasserstein: 0 }));

    [Test]
    public void Sorting_agrees_with_the_base_library()
    {
        var random = new Random(3);
        foreach (var count in new[] { 0, 1, 2047, 2048, 5000, 70_000 })
        {
            var values = Enumerable.Range(0, count).Select(i => i % 7 == 0 ? random.Next(5) : BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue))).ToArray();
            using var sorted = SortedSample.Of(values);
            Assert.That(sorted.Values.ToArray(), Is.EqualTo(values.Where(x => !double.IsNaN(x)).Order()));
        }
    }

    [Test]
    public void Distances_of_counts_are_symmetric_finite_and_blind_to_order() => Check.One(Settings, Prop.ForAll(Counts, pair => Symmetric.All(f =>
    {
        var (a, b) = pair;
        var value = f(a, b);
        if (a.Sum() == 0 || b.Sum() == 0) return double.IsNaN(value);
        return double.IsFinite(value) && Close(value, f(b, a)) && Close(value, f([.. a.Reverse()], [.. b.Reverse()]));
    })));

    [Test]
    public void Counts_of_equal_shares_are_at_distance_zero() => Check.One(Settings, Prop.ForAll(Counts, pair =>
        pair.A.Sum() == 0 || Symmetric.Take(1).Concat(Symmetric.Skip(2).Take(6)).All(f => f(pair.A, [.. pair.A.Select(x => 3 * x)]) <= 1e-7)));

    [Test]
    public void Bounded_distances_reach_their_bound_on_disjoint_samples()
    {
        long[] a = [10, 0], b = [0, 7];
        Assert.That(Divergence.JensenShannon(a, b), Is.EqualTo(1).Within(1e-12));
        Assert.That(Divergence.JensenShannon(a, b, Math.E), Is.EqualTo(Math.Sqrt(Math.Log(2))).Within(1e-12));
        Assert.That((Divergence.Hellinger(a, b), Divergence.TotalVariation(a, b), Divergence.LInfinity(a, b)), Is.EqualTo((1.0, 1.0, 1.0)));
        Assert.That(Divergence.CramersV(a, b), Is.EqualTo(1).Within(1e-12));
    }

    [Test]
    public void Counts_that_do_not_belong_together_are_rejected()
    {
        foreach (var f in Symmetric)
        {
            Assert.That(() => f([1, 2], [1]), Throws.TypeOf<MLOpsInvalidException>());
            Assert.That(() => f([1, -2], [1, 1]), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("category 1"));
        }
    }

    [Test]
    public void A_new_category_is_seen_and_thin_categories_are_pooled()
    {
        long[] a = [500, 500, 0, 1, 2], b = [450, 450, 100, 2, 1];
        Assert.That(TwoSample.ChiSquareHomogeneity(a, b) is { DegreesOfFreedom: 4, PValue: < 1e-15 });
        Assert.That(TwoSample.ChiSquareHomogeneity(a, b, ChiSquareOptions.Pooled).DegreesOfFreedom, Is.EqualTo(3).Or.EqualTo(2));
        Assert.That(TwoSample.ChiSquareHomogeneity([3], [9]) is { Statistic: 0, PValue: 1, DegreesOfFreedom: 0 });
        Assert.That(TwoSample.ChiSquareHomogeneity([1, 1], [1, 2], ChiSquareOptions.Pooled) is { Statistic: 0, PValue: 1 });
    }

    [Test]
    public void Infinities_move_the_distance_to_infinity_only_when_their_shares_differ()
    {
        Assert.That(TwoSample.Wasserstein([1, double.PositiveInfinity], [1, 2]), Is.EqualTo(double.PositiveInfinity));
        Assert.That(TwoSample.Wasserstein([double.NegativeInfinity, 1], [double.NegativeInfinity, 2]), Is.EqualTo(0.5));
        Assert.That(TwoSample.Wasserstein([], [1]), Is.NaN);
    }
}
