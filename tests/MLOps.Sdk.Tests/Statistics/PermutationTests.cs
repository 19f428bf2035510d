namespace MLOps.Statistics;

public sealed class PermutationTests
{
    private static readonly Dictionary<string, Func<double[], double[], PermutationOptions, TestResult>> s_tests = new()
    {
        ["energy"] = (a, b, options) => TwoSample.EnergyTest(a, b, options),
        ["MMD"] = (a, b, options) => TwoSample.MaximumMeanDiscrepancyTest(a, b, 1, null, options),
    };

    private static IEnumerable<string> Names => s_tests.Keys;

    [Test]
    public void The_p_value_approaches_the_share_of_all_relabellings([ValueSource(nameof(Names))] string name)
    {
        double[] pool = [0.3, 1.1, 1.1, 2.5, 2.6, 4.0, 4.4, 9.0];
        var test = s_tests[name];
        var few = new PermutationOptions { Permutations = 19 };
        var (a, b) = (pool[4..], pool[..4]);
        var all = Enumerable.Range(0, 256).Where(mask => int.PopCount(mask) == 4)
            .Select(mask => test([.. pool.Where((_, i) => (mask >> i & 1) == 1)], [.. pool.Where((_, i) => (mask >> i & 1) == 0)], few).Statistic).ToArray();
        var found = test(a, b, new() { Permutations = 20_000, Seed = 5 });
        var exact = all.Count(x => x >= found.Statistic - 1e-9) / (double)all.Length;
        Assert.That(found.PValue, Is.EqualTo(exact).Within(5 * Math.Sqrt(exact / 20_000)));
    }

    [Test]
    public void The_same_seed_gives_the_same_p_and_no_p_is_zero([ValueSource(nameof(Names))] string name)
    {
        var random = new Random(2);
        var (a, b) = (Normal.Sample(random, 30), Normal.Sample(random, 40, 0.2));
        var test = s_tests[name];
        var first = test(a, b, new() { Seed = 1 });
        Assert.That(test(a, b, new() { Seed = 1 }), Is.EqualTo(first));
        Assert.That(test([.. a.Reverse()], b, new() { Seed = 1 }).PValue, Is.EqualTo(test(a, b, new() { Seed = 2 }).PValue).Within(0.08));
        Assert.That(test(Normal.Sample(random, 30), Normal.Sample(random, 30, 50), new() { Permutations = 99 }).PValue, Is.EqualTo(0.01));
    }

    [Test]
    public void The_statistics_are_the_distances_themselves()
    {
        var random = new Random(2);
        var (a, b) = (Normal.Sample(random, 30), Normal.Sample(random, 40, 0.2));
        Assert.That(TwoSample.EnergyTest(a, b).Statistic, Is.EqualTo(TwoSample.EnergyDistance(a, b)));
        Assert.That(TwoSample.MaximumMeanDiscrepancyTest(a, b, 2).Statistic, Is.EqualTo(TwoSample.MaximumMeanDiscrepancy(a, b, 2).Biased).Within(1e-12));
    }

    [Test]
    public void Constants_and_empty_samples_are_judged_and_wrong_numbers_refused([ValueSource(nameof(Names))] string name)
    {
        var test = s_tests[name];
        Assert.That(test([3, 3, 3], [3, 3], new()) is { Statistic: 0, PValue: 1 });
        Assert.That(test([double.NaN, double.PositiveInfinity], [3, 3], new()).IsConclusive, Is.False);
        Assert.That(test([1], [2], new()).PValue, Is.EqualTo(1));
        Assert.That(() => test([1], [2], new() { Permutations = 18 }), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("Permutations"));
    }
}
