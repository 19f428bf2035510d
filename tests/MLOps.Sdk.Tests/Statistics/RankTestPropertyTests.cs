using FsCheck;
using FsCheck.Fluent;

namespace MLOps.Statistics;

public sealed class RankTestPropertyTests
{
    private static readonly Config Settings = Config.QuickThrowOnFailure.WithMaxTest(150).WithReplay(20261122, 11);

    private static readonly Gen<double> Number = Gen.OneOf(
        Gen.Choose(-3, 3).Select(i => (double)i), Gen.Choose(-1_000_000, 1_000_000).Select(i => i / 997.0),
        Gen.Elements(0.0, -0.0, 1e300, -1e300, 1e308, -1.7e308, double.MaxValue, -double.MaxValue, 1e-300, double.Epsilon, -double.Epsilon));

    private static readonly Arbitrary<(double[] A, double[] B)> Samples =
        Number.NonEmptyListOf().SelectMany(_ => Number.NonEmptyListOf(), (a, b) => (a.ToArray(), b.ToArray())).ToArbitrary();

    private static readonly Func<double[], double[], TestResult>[] RankTests =
    [
        (a, b) => TwoSample.MannWhitney(a, b), (a, b) => TwoSample.CramerVonMises(a, b), (a, b) => TwoSample.AndersonDarling(a, b), (a, b) => TwoSample.KolmogorovSmirnov(a, b),
        (a, b) => TwoSample.CramerVonMises(a, b, PValueMethod.Asymptotic), (a, b) => TwoSample.AndersonDarling(a, b, PValueMethod.Asymptotic),
    ];

    private static TestResult Welch(double[] a, double[] b) => TwoSample.WelchT(a, b);

    private static bool Close(double x, double y) => x.Equals(y) || Math.Abs(x - y) <= 1e-9 * Math.Max(1, Math.Abs(x));

    [Test]
    public void Every_finite_input_gives_a_finite_result_that_is_blind_to_order() => Check.One(Settings, Prop.ForAll(Samples, pair =>
        RankTests.Append(Welch).All(test =>
        {
            var (found, turned) = (test(pair.A, pair.B), test([.. pair.A.Reverse()], [.. pair.B.Reverse()]));
            return double.IsFinite(found.Statistic) && found.PValue is >= 0 and <= 1 && Close(found.PValue, turned.PValue) && Close(found.Statistic, turned.Statistic);
        }) && double.IsFinite(TwoSample.CohensD(pair.A, pair.B)) && double.IsFinite(TwoSample.EnergyDistance(pair.A, pair.B))));

    [Test]
    public void P_values_are_symmetric() => Check.One(Settings, Prop.ForAll(Samples, pair =>
    {
        var (a, b) = pair;
        var (forth, back) = (TwoSample.EnergyDistance(a, b), TwoSample.EnergyDistance(b, a));
        return RankTests.Append(Welch).All(test => Close(test(a, b).PValue, test(b, a).PValue))
            && Close(TwoSample.MannWhitney(a, b).EffectSize, 1 - TwoSample.MannWhitney(b, a).EffectSize)
            && Math.Abs(forth - back) <= 1e-12 * forth && Close(TwoSample.CohensD(a, b), -TwoSample.CohensD(b, a));
    }));

    [Test]
    public void Equal_samples_show_no_difference() => Check.One(Settings, Prop.ForAll(Samples, pair =>
    {
        var (a, b) = (pair.A, pair.A.Reverse().ToArray());
        return TwoSample.EnergyDistance(a, b) == 0 && TwoSample.CohensD(a, a) == 0 && TwoSample.WelchT(a, a) is { Statistic: 0, PValue: 1 }
            && TwoSample.MannWhitney(a, b) is { EffectSize: 0.5, PValue: 1 } && TwoSample.AndersonDarling(a, b) is { Statistic: <= 0, PValue: > 0.5 } && TwoSample.AndersonDarling(a, b, PValueMethod.Asymptotic).PValue == 0.25
            && RankTests[1](a, b).PValue > 0.5;
    }));

    [Test]
    public void Rank_tests_do_not_change_under_an_increasing_map() => Check.One(Settings, Prop.ForAll(Samples, pair =>
    {
        // The place of a value in the sorted distinct pool is an increasing map that nothing rounds.
        double[] pool = [.. pair.A.Concat(pair.B).Select(x => x + 0.0).Distinct().Order()];
        double[] Mapped(double[] values) => [.. values.Select(x => Math.Pow(Array.BinarySearch(pool, x + 0.0), 3))];
        return RankTests.All(test =>
        {
            var (found, mapped) = (test(pair.A, pair.B), test(Mapped(pair.A), Mapped(pair.B)));
            return (found.Statistic, found.PValue) == (mapped.Statistic, mapped.PValue);
        });
    }));

    [Test]
    public void Counts_of_ordered_categories_give_what_the_values_give() => Check.One(Settings, Prop.ForAll(Samples, pair =>
    {
        double[] pool = [.. pair.A.Concat(pair.B).Select(x => x + 0.0).Distinct().Order()];
        long[] Counts(double[] values) => [.. pool.Select(x => values.LongCount(value => value == x))];
        var (a, b) = (Counts(pair.A), Counts(pair.B));
        return TwoSample.MannWhitneyOrdinal(a, b) == TwoSample.MannWhitney(pair.A, pair.B)
            && TwoSample.AndersonDarlingOrdinal(a, b) == TwoSample.AndersonDarling(pair.A, pair.B)
            && TwoSample.CramerVonMisesOrdinal(a, b, PValueMethod.Asymptotic) == TwoSample.CramerVonMises(pair.A, pair.B, PValueMethod.Asymptotic);
    }));

    [Test]
    public void Empty_samples_say_nothing_and_missing_values_are_left_out()
    {
        foreach (var test in RankTests.Append(Welch))
        {
            Assert.That(test([], [1]).IsConclusive, Is.False);
            Assert.That(test([1], [double.NaN]).IsConclusive, Is.False);
            Assert.That(test([1, 2, double.NaN, 5], [2, 4]), Is.EqualTo(test([1, 2, 5], [2, 4])));
        }

        Assert.That(TwoSample.EnergyDistance([], [1.0]), Is.NaN);
        Assert.That(TwoSample.CohensD([], [1.0]), Is.NaN);
    }

    [Test]
    public void Constants_are_judged_without_a_division_by_zero()
    {
        double[] a = [2, 2, 2], b = [3, 3, 3, 3];
        Assert.That(TwoSample.WelchT(a, a) is { Statistic: 0, PValue: 1 });
        Assert.That(TwoSample.WelchT(a, b) is { Statistic: -double.MaxValue, PValue: 0, EffectSize: double.MaxValue });
        Assert.That(TwoSample.MannWhitney(a, [2, 2]).PValue, Is.EqualTo(1));
        Assert.That(TwoSample.AndersonDarling(a, [2, 2]) is { Statistic: 0, PValue: 1 });
        Assert.That(TwoSample.CramerVonMises(a, [2, 2]).PValue, Is.EqualTo(1));
    }

    [Test]
    public void Counts_that_do_not_belong_together_are_rejected()
    {
        foreach (var test in new Func<long[], long[], TestResult>[] { (a, b) => TwoSample.MannWhitneyOrdinal(a, b), (a, b) => TwoSample.CramerVonMisesOrdinal(a, b), (a, b) => TwoSample.AndersonDarlingOrdinal(a, b) })
        {
            Assert.That(() => test([1, 2], [1]), Throws.TypeOf<MLOpsInvalidException>());
            Assert.That(() => test([1, -2], [1, 1]), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("category 1"));
            Assert.That(() => test([1, long.MaxValue], [1, 1]), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("reference"));
            Assert.That(test([0, 0], [1, 1]).IsConclusive, Is.False);
        }
    }

    [Test]
    public void Moments_of_merged_windows_give_Welch_and_Cohen()
    {
        var random = new Random(4);
        double[] a = Normal.Sample(random, 3000), b = Normal.Sample(random, 2000, 0.1);
        var merged = Moments.Of(a.AsSpan(0, 1000)) + Moments.Of(a.AsSpan(1000));
        var (raw, fromMoments) = (TwoSample.WelchT(a, b), TwoSample.WelchT(merged, Moments.Of(b)));
        Assert.That(fromMoments.Statistic, Is.EqualTo(raw.Statistic).Within(1e-11));
        Assert.That(fromMoments.EffectSize, Is.EqualTo(TwoSample.CohensD(a, b)).Within(1e-11));
        Assert.That(TwoSample.WelchT(new Moments(5, 0, double.PositiveInfinity, -1e200, 1e200, 0, 0), merged).IsConclusive, Is.False);
    }
}
