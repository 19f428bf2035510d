using System.Globalization;

namespace MLOps.Statistics;

/// <summary>
/// How often every test at level 0.05 fires without a difference and with one, on normal, lognormal, discrete and heavily tied data. 2,000 seeded pairs under --full; the table of such a run
/// is docs/level-and-power.md.
/// </summary>
public sealed class LevelAndPowerTests
{
    private const double Level = 0.05;
    private const int N = 120, M = 100;
    private static readonly PermutationOptions s_draws = new() { Permutations = 199 };
    private static readonly MeanDiscrepancyOptions s_kernel = new() { LargestMedianSample = 40 };

    private static readonly int s_trials = Effort.Of(200, 2000);

    // 99.99 % of the binomial distribution: with some seventy fixed-seed figures, none may stray by chance alone.
    private static readonly double s_slack = 3.9 * Math.Sqrt(Level * (1 - Level) / s_trials);

    private static readonly Dictionary<string, Func<double, double>> s_data = new()
    {
        ["normal"] = z => z,
        ["lognormal"] = z => Math.Exp(z),
        ["discrete"] = z => Math.Round(2 * z),
        ["tied"] = z => Math.Max(0, Math.Round(z - 0.3)),
    };

    private static readonly Dictionary<string, Func<double[], double[], double>> s_tests = new()
    {
        [nameof(TwoSample.KolmogorovSmirnov)] = (a, b) => TwoSample.KolmogorovSmirnov(a, b).PValue,
        [nameof(TwoSample.KolmogorovSmirnovOrdinal)] = (a, b) => Binned(a, b, (x, y) => TwoSample.KolmogorovSmirnovOrdinal(x, y)),
        [nameof(TwoSample.CramerVonMises)] = (a, b) => TwoSample.CramerVonMises(a, b).PValue,
        [nameof(TwoSample.CramerVonMisesOrdinal)] = (a, b) => Binned(a, b, (x, y) => TwoSample.CramerVonMisesOrdinal(x, y)),
        [nameof(TwoSample.AndersonDarling)] = (a, b) => TwoSample.AndersonDarling(a, b).PValue,
        [nameof(TwoSample.AndersonDarlingOrdinal)] = (a, b) => Binned(a, b, (x, y) => TwoSample.AndersonDarlingOrdinal(x, y)),
        [nameof(TwoSample.MannWhitney)] = (a, b) => TwoSample.MannWhitney(a, b).PValue,
        [nameof(TwoSample.MannWhitneyOrdinal)] = (a, b) => Binned(a, b, (x, y) => TwoSample.MannWhitneyOrdinal(x, y)),
        [nameof(TwoSample.WelchT)] = (a, b) => TwoSample.WelchT(a, b).PValue,
        [nameof(TwoSample.EnergyTest)] = (a, b) => TwoSample.EnergyTest(a, b, s_draws).PValue,
        [nameof(TwoSample.MaximumMeanDiscrepancyTest)] = (a, b) => TwoSample.MaximumMeanDiscrepancyTest(a.AsSpan(0, 60), b.AsSpan(0, 50), 1, s_kernel, s_draws).PValue,
        [nameof(TwoSample.MaximumMeanDiscrepancyLinear)] = (a, b) => TwoSample.MaximumMeanDiscrepancyLinear(a, b, 1, s_kernel).PValue,
        [nameof(TwoSample.ChiSquareHomogeneity)] = (a, b) => Binned(a, b, (x, y) => TwoSample.ChiSquareHomogeneity(x, y)),
        [nameof(TwoSample.GTest)] = (a, b) => Binned(a, b, (x, y) => TwoSample.GTest(x, y)),
        [nameof(TwoSample.TwoProportions)] = (a, b) => Above(a, b, TwoSample.TwoProportions),
        [nameof(TwoSample.FisherExact)] = (a, b) => Above(a, b, TwoSample.FisherExact),
        [nameof(TwoSample.Compare) + " of bins"] = (a, b) => Binned(a, b, (x, y, bins) => TwoSample.Compare(bins, x, y, Math.Min(a.Min(), b.Min()), Math.Max(a.Max(), b.Max())).PValue),
    };

    private static IEnumerable<TestCaseData> Cases() => from data in s_data.Keys from test in s_tests.Keys select new TestCaseData(test, data);

    [TestCaseSource(nameof(Cases))]
    public void The_level_is_kept_and_a_shift_is_found(string test, string data)
    {
        var rate = Rate(s_tests[test], s_data[data], 0);
        var power = Rate(s_tests[test], s_data[data], 0.5);
        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {test} | {data} | {100 * rate:0.0} | {100 * power:0.0} |"));
        Assert.That(rate, Is.InRange(Level - s_slack, Level + s_slack));
        Assert.That(power, Is.GreaterThan(test == nameof(TwoSample.MaximumMeanDiscrepancyLinear) ? 0.05 : 0.35));
    }

    [Test]
    public void Every_test_with_a_p_value_is_asked()
    {
        var tests = typeof(TwoSample).GetMethods().Where(method => method.ReturnType == typeof(TestResult)).Select(method => method.Name).Distinct();
        Assert.That(s_tests.Keys, Is.SupersetOf(tests));
    }

    private static double Rate(Func<double[], double[], double> pValue, Func<double, double> map, double shift)
    {
        var random = new Random(20261122);
        double[] Draw(int count, double mean) => [.. Normal.Sample(random, count, mean).Select(map)];
        return Enumerable.Range(0, s_trials).Count(_ => pValue(Draw(N, 0), Draw(M, shift)) <= Level) / (double)s_trials;
    }

    private static double Binned(double[] a, double[] b, Func<long[], long[], TestResult> test) => Binned(a, b, (x, y, _) => test(x, y).PValue);

    private static double Binned(double[] a, double[] b, Func<long[], long[], Binning, double> test)
    {
        var bins = Binning.FromQuantiles([.. a, .. b], 6);
        return test(bins.CountOf(a).Counts, bins.CountOf(b).Counts, bins);
    }

    private static double Above(double[] a, double[] b, Func<long, long, long, long, TestResult> test) => test(a.LongCount(x => x > 0.9), a.Length, b.LongCount(x => x > 0.9), b.Length).PValue;
}
