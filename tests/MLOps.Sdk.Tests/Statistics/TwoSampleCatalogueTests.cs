using System.Reflection;

namespace MLOps.Statistics;

/// <summary>
/// The properties that every test and distance must have, asked of every one of them: a public method that is in none of the lists here fails a test. Each list says what holds.
/// </summary>
public sealed class TwoSampleCatalogueTests
{
    private static readonly PermutationOptions s_draws = new() { Permutations = 39 };

    /// <param name="Numbers">All numbers of the result, the distance or statistic first, the p-value second where there is one.</param>
    /// <param name="Symmetric">Whether the last of the numbers stays when the samples are swapped.</param>
    /// <param name="Monotone">Whether nothing changes under an increasing map.</param>
    /// <param name="Same">The last of the numbers for equal samples: 0 for a distance, 1 for a p-value, NaN where it is only large.</param>
    private sealed record OfValues(Func<double[], double[], double[]> Numbers, bool Symmetric = true, bool Monotone = false, double Same = 0);

    private sealed record OfCounts(Func<long[], long[], double[]> Numbers, bool Symmetric = true, bool Ordered = false, double Same = 0);

    private static readonly Dictionary<string, OfValues> s_values = new()
    {
        [nameof(TwoSample.KolmogorovSmirnov)] = new((a, b) => Of(TwoSample.KolmogorovSmirnov(a, b)), Monotone: true, Same: 1),
        [nameof(TwoSample.CramerVonMises)] = new((a, b) => Of(TwoSample.CramerVonMises(a, b)), Monotone: true, Same: 1),
        [nameof(TwoSample.AndersonDarling)] = new((a, b) => Of(TwoSample.AndersonDarling(a, b)), Monotone: true, Same: double.NaN),
        [nameof(TwoSample.MannWhitney)] = new((a, b) => Of(TwoSample.MannWhitney(a, b)), Monotone: true, Same: 1),
        [nameof(TwoSample.WelchT)] = new((a, b) => Of(TwoSample.WelchT(a, b)), Same: 1),
        [nameof(TwoSample.CohensD)] = new((a, b) => [TwoSample.CohensD(a, b)], Symmetric: false),
        [nameof(TwoSample.Wasserstein)] = new((a, b) => [TwoSample.Wasserstein(a, b)]),
        [nameof(TwoSample.NormedWasserstein)] = new((a, b) => [TwoSample.NormedWasserstein(a, b)], Symmetric: false),
        [nameof(TwoSample.EnergyDistance)] = new((a, b) => [TwoSample.EnergyDistance(a, b)]),
        [nameof(TwoSample.EnergyTest)] = new((a, b) => [TwoSample.EnergyTest(a, b, s_draws).PValue, TwoSample.EnergyTest(a, b, s_draws).Statistic]),
        [nameof(TwoSample.Compare)] = new((a, b) => [TwoSample.Compare(a, b).NormedWasserstein, TwoSample.Compare(a, b).KolmogorovSmirnov.PValue, TwoSample.Compare(a, b).Wasserstein]),
        [nameof(TwoSample.MaximumMeanDiscrepancy)] = new((a, b) => Of(TwoSample.MaximumMeanDiscrepancy(a, b, 1))),
        [nameof(TwoSample.MaximumMeanDiscrepancyTest)] = new((a, b) => [TwoSample.MaximumMeanDiscrepancyTest(a, b, 1, null, s_draws).PValue, TwoSample.MaximumMeanDiscrepancyTest(a, b, 1, null, s_draws).Statistic]),
        // Rows are paired in their order: not blind to it.
        [nameof(TwoSample.MaximumMeanDiscrepancyLinear)] = new((a, b) => Of(TwoSample.MaximumMeanDiscrepancyLinear(a, b, 1)), Symmetric: false, Same: 1),
    };

    private static readonly Dictionary<string, OfCounts> s_counts = new()
    {
        [nameof(TwoSample.KolmogorovSmirnovOrdinal)] = new((a, b) => Of(TwoSample.KolmogorovSmirnovOrdinal(a, b)), Ordered: true, Same: 1),
        [nameof(TwoSample.CramerVonMisesOrdinal)] = new((a, b) => Of(TwoSample.CramerVonMisesOrdinal(a, b)), Ordered: true, Same: 1),
        [nameof(TwoSample.AndersonDarlingOrdinal)] = new((a, b) => Of(TwoSample.AndersonDarlingOrdinal(a, b)), Ordered: true, Same: double.NaN),
        [nameof(TwoSample.MannWhitneyOrdinal)] = new((a, b) => Of(TwoSample.MannWhitneyOrdinal(a, b)), Ordered: true, Same: 1),
        [nameof(TwoSample.ChiSquareHomogeneity)] = new((a, b) => Of(TwoSample.ChiSquareHomogeneity(a, b)), Same: 1),
        [nameof(TwoSample.GTest)] = new((a, b) => Of(TwoSample.GTest(a, b)), Same: 1),
        [nameof(Divergence.CramersV)] = new((a, b) => [Divergence.CramersV(a, b)]),
        [nameof(Divergence.Hellinger)] = new((a, b) => [Divergence.Hellinger(a, b)]),
        [nameof(Divergence.JensenShannon)] = new((a, b) => [Divergence.JensenShannon(a, b)]),
        [nameof(Divergence.KullbackLeibler)] = new((a, b) => [Divergence.KullbackLeibler(a, b)], Symmetric: false),
        [nameof(Divergence.LInfinity)] = new((a, b) => [Divergence.LInfinity(a, b)]),
        [nameof(Divergence.PopulationStability)] = new((a, b) => [Divergence.PopulationStability(a, b)]),
        // Less what chance gives: below 0 for equal samples.
        [nameof(Divergence.PopulationStabilityCorrected)] = new((a, b) => [Divergence.PopulationStabilityCorrected(a, b)], Same: double.NaN),
        [nameof(Divergence.TotalVariation)] = new((a, b) => [Divergence.TotalVariation(a, b)]),
    };

    private static readonly Dictionary<string, Func<long, long, long, long, TestResult>> s_proportions = new()
    {
        [nameof(TwoSample.TwoProportions)] = TwoSample.TwoProportions,
        [nameof(TwoSample.FisherExact)] = TwoSample.FisherExact,
    };

    private static readonly double[][] s_extremes =
    [
        [0], [7], [1e308], [-1.7e308], [double.Epsilon], [0.0, -0.0], [7, 7, 7, 7, 7], [double.MaxValue, -double.MaxValue], [double.Epsilon, -double.Epsilon, 0, 2 * double.Epsilon],
        [1e-308, 2e-308, 3e-308], [1e308, 1.1e308, 1.2e308, 1.7e308], [1e-300, 2, 3, 1e300, -1e308, 1], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [1 + 1e-15, 1, 1 - 1e-16, 1],
        [.. Enumerable.Range(0, 300).Select(i => (double)(i % 3))], [.. Enumerable.Range(0, 90).Select(i => Math.Pow(10, i * 6 - 270))],
    ];

    private static readonly long[][] s_extremeCounts =
    [
        [1, 0, 0, 0], [0, 0, 0, 1], [5, 5, 5, 5], [1, 1, 0, 0], [1_000_000_000, 0, 0, 0], [0, 999_999_999, 1, 0], [1, 1, 1, 900_000_000], [250_000_000, 250_000_000, 250_000_000, 250_000_000], [3, 0, 700, 12],
    ];

    private static IEnumerable<string> Values => s_values.Keys;

    private static IEnumerable<string> Counts => s_counts.Keys;

    private static double[] Of(TestResult test) => [test.Statistic, test.PValue];

    private static double[] Of(MeanDiscrepancy found) => [found.Bandwidth, found.Unbiased, found.Biased];

    private static bool Close(double x, double y) => x.Equals(y) || Math.Abs(x - y) <= 1e-8 * Math.Max(1, Math.Max(Math.Abs(x), Math.Abs(y)));

    private static bool Close(double[] x, double[] y) => x.Zip(y).All(pair => Close(pair.First, pair.Second));

    private static IEnumerable<(double[] A, double[] B)> Samples()
    {
        var random = new Random(77);
        for (var trial = 0; trial < 60; trial++)
        {
            Func<double, double> map = (trial % 4) switch { 0 => z => z, 1 => z => Math.Exp(3 * z), 2 => z => Math.Round(z), _ => z => 1e305 * z };
            yield return ([.. Normal.Sample(random, random.Next(1, 40)).Select(map)], [.. Normal.Sample(random, random.Next(1, 40), 0.3).Select(map)]);
        }
    }

    private static IEnumerable<(long[] A, long[] B)> Tables()
    {
        var random = new Random(78);
        for (var trial = 0; trial < 60; trial++)
        {
            var k = random.Next(1, 9);
            long[] Draw() => [.. Enumerable.Range(0, k).Select(_ => (long)random.Next(trial % 2 == 0 ? 4 : 200))];
            var (a, b) = (Draw(), Draw());
            if (a.Sum() > 0 && b.Sum() > 0) yield return (a, b);
        }
    }

    [Test]
    public void Every_public_test_and_distance_is_in_a_list()
    {
        var methods = new[] { typeof(TwoSample), typeof(Divergence) }.SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)).Where(method => !method.IsSpecialName);
        foreach (var method in methods)
        {
            var first = method.GetParameters()[0].ParameterType;
            var listed = first == typeof(ReadOnlySpan<double>) ? s_values.ContainsKey(method.Name)
                : first == typeof(ReadOnlySpan<long>) ? s_counts.ContainsKey(method.Name)
                : first == typeof(long) ? s_proportions.ContainsKey(method.Name)
                // From moments, from many samples, from sketches and from bins: forms of what is listed, with tests of their own.
                : first == typeof(Moments) || first == typeof(IReadOnlyList<double[]>) || first == typeof(KllSketch) || first == typeof(Binning);
            Assert.That(listed, $"{method} is in none of the lists of this test");
        }
    }

    [TestCaseSource(nameof(Values))]
    public void Finite_on_every_finite_input(string name)
    {
        foreach (var a in s_extremes)
            foreach (var b in s_extremes)
                Assert.That(s_values[name].Numbers(a, b), Is.All.Matches<double>(double.IsFinite), $"[{string.Join(' ', a.Take(9))}] [{string.Join(' ', b.Take(9))}]");
    }

    [TestCaseSource(nameof(Counts))]
    public void Finite_on_every_table_of_counts(string name)
    {
        foreach (var a in s_extremeCounts)
            foreach (var b in s_extremeCounts)
                Assert.That(s_counts[name].Numbers(a, b), Is.All.Matches<double>(double.IsFinite), $"[{string.Join(' ', a)}] [{string.Join(' ', b)}]");
    }

    [TestCaseSource(nameof(Values))]
    public void Symmetric_where_the_definition_is_and_blind_to_the_order_of_values(string name)
    {
        var (numbers, symmetric, monotone, _) = s_values[name];
        foreach (var (a, b) in Samples())
        {
            var found = numbers(a, b);
            if (symmetric) Assert.That(Close(numbers(b, a)[^1], found[^1]), $"{numbers(b, a)[^1]} {found[^1]}");
            // A permutation's p depends on which value is called first, its statistic does not.
            if (name != nameof(TwoSample.MaximumMeanDiscrepancyLinear)) Assert.That(Close(numbers([.. a.Reverse()], [.. b.Reverse()])[^1], found[^1]));
            if (!monotone) continue;
            double[] pool = [.. a.Concat(b).Select(x => x + 0.0).Distinct().Order()];
            double[] Mapped(double[] values) => [.. values.Select(x => Math.Exp(Array.BinarySearch(pool, x + 0.0) / 3.0))];
            Assert.That(numbers(Mapped(a), Mapped(b)), Is.EqualTo(found));
        }
    }

    [TestCaseSource(nameof(Counts))]
    public void Symmetric_where_the_definition_is_and_blind_to_the_order_of_categories_unless_they_are_ordered(string name)
    {
        var (numbers, symmetric, ordered, _) = s_counts[name];
        foreach (var (a, b) in Tables())
        {
            var found = numbers(a, b);
            if (symmetric) Assert.That(Close(numbers(b, a)[^1], found[^1]));
            if (!ordered) Assert.That(Close(numbers([.. a.Reverse()], [.. b.Reverse()]), found));
            // Categories that neither has change nothing; Kullback-Leibler gives each a share, as it says.
            if (name != nameof(Divergence.KullbackLeibler)) Assert.That(Close(numbers([.. a.SelectMany(x => new[] { x, 0 })], [.. b.SelectMany(x => new[] { x, 0 })]), found));
        }
    }

    [TestCaseSource(nameof(Values))]
    public void Nothing_between_equal_samples(string name)
    {
        foreach (var (a, _) in Samples())
        {
            var last = s_values[name].Numbers(a, name == nameof(TwoSample.MaximumMeanDiscrepancyLinear) ? a : [.. a.Reverse()])[^1];
            if (!double.IsNaN(s_values[name].Same)) Assert.That(last, Is.EqualTo(s_values[name].Same).Within(1e-14));
            else Assert.That(last, Is.GreaterThan(0.05));
        }
    }

    [TestCaseSource(nameof(Counts))]
    public void Nothing_between_equal_tables(string name)
    {
        foreach (var (a, _) in Tables())
        {
            var last = s_counts[name].Numbers(a, a)[^1];
            if (!double.IsNaN(s_counts[name].Same)) Assert.That(last, Is.EqualTo(s_counts[name].Same).Within(1e-14));
            else Assert.That(last, name.EndsWith("Corrected", StringComparison.Ordinal) ? Is.LessThanOrEqualTo(0) : Is.GreaterThan(0.5));
        }
    }

    [Test]
    public void Proportions_are_symmetric_finite_and_say_nothing_of_equal_shares([Values(nameof(TwoSample.TwoProportions), nameof(TwoSample.FisherExact))] string name)
    {
        var test = s_proportions[name];
        long[] counts = [1, 2, 17, 1000, 3_000_000_000];
        foreach (var n in counts)
        foreach (var m in counts)
        foreach (var (x, y) in new[] { (0L, 0L), (n, m), (0L, m), (n, 0L), (n / 2, m / 2), (n / 3, m - m / 3) })
        {
            TestResult found = test(x, n, y, m), back = test(y, m, x, n), turned = test(n - x, n, m - y, m);
            Assert.That(double.IsFinite(found.Statistic) && found.PValue is >= 0 and <= 1, $"{x}/{n} {y}/{m} {found}");
            Assert.That(Close(found.PValue, back.PValue) && Close(found.PValue, turned.PValue), $"{x}/{n} {y}/{m} {found} {back} {turned}");
            Assert.That(test(x, n, x, n).PValue, Is.EqualTo(1).Within(1e-12));
        }
    }
}
