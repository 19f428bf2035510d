namespace MLOps.Statistics;

/// <summary>
/// How often every test at level 0.05 fires without a difference and with one, on normal, lognormal, discrete and heavily tied data. 2,000 seeded pairs under --full.
/// A test whose statistic is continuous must keep the level from both sides; one that is conservative on ties (Kolmogorov-Smirnov, Fisher) only from above.
/// </summary>
public sealed class LevelAndPowerTests
{
    private const double Level = 0.05;
    private const int N = 120, M = 100;

    private static readonly int s_trials = Effort.Of(300, 2000);

    // 99.99 % of the binomial distribution: with a hundred fixed-seed figures, none may stray by chance alone.
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
        ["KS exact"] = (a, b) => TwoSample.KolmogorovSmirnov(a, b, PValueMethod.Exact).PValue,
        ["KS asymptotic"] = (a, b) => TwoSample.KolmogorovSmirnov(a, b, PValueMethod.Asymptotic).PValue,
        ["Mann-Whitney"] = (a, b) => TwoSample.MannWhitney(a, b).PValue,
        ["Cramer-von Mises"] = (a, b) => TwoSample.CramerVonMises(a, b).PValue,
        ["Anderson-Darling"] = (a, b) => TwoSample.AndersonDarling(a, b).PValue,
        ["Welch"] = (a, b) => TwoSample.WelchT(a, b).PValue,
        ["MMD linear"] = (a, b) => TwoSample.MaximumMeanDiscrepancyLinear(a, b, 1, new() { LargestMedianSample = 40 }).PValue,
        ["chi-square"] = (a, b) => Binned(a, b, (x, y) => TwoSample.ChiSquareHomogeneity(x, y).PValue),
        ["G"] = (a, b) => Binned(a, b, (x, y) => TwoSample.GTest(x, y).PValue),
        ["two proportions"] = (a, b) => Above(a, b, TwoSample.TwoProportions).PValue,
        ["Fisher"] = (a, b) => Above(a, b, TwoSample.FisherExact).PValue,
    };

    private static IEnumerable<TestCaseData> Cases() => from data in s_data.Keys from test in s_tests.Keys select new TestCaseData(test, data);

    [TestCaseSource(nameof(Cases))]
    public void The_level_is_kept_and_a_shift_is_found(string test, string data)
    {
        var rate = Rate(s_tests[test], s_data[data], 0);
        var power = Rate(s_tests[test], s_data[data], 0.5);
        TestContext.Out.WriteLine($"| {test} | {data} | {rate:P1} | {power:P1} |");
        Assert.That(rate, Is.LessThanOrEqualTo(Level + s_slack + Liberal(test, data)));
        if (!IsConservative(test, data)) Assert.That(rate, Is.GreaterThanOrEqualTo(Level - s_slack));
        Assert.That(power, Is.GreaterThan(test == "MMD linear" ? 0.08 : 0.35));
    }

    // The G statistic runs ahead of its limit where bins are thin. Cramer-von Mises and Anderson-Darling take their spread from the case without ties: on three values they
    // fire too often, as their documentation says.
    private static double Liberal(string test, string data) => (test, data) switch
    {
        ("G", _) => 0.02,
        ("Cramer-von Mises", "tied") => 0.25,
        ("Anderson-Darling", "tied") => 0.1,
        _ => 0,
    };

    // Few possible statistics, or a distribution that is exact only without ties.
    private static bool IsConservative(string test, string data) =>
        test is "Fisher" or "KS exact" or "KS asymptotic" or "two proportions" || (data == "lognormal" && test == "Welch");

    private static double Rate(Func<double[], double[], double> pValue, Func<double, double> map, double shift)
    {
        var random = new Random(20261122);
        double[] Draw(int count, double mean) => [.. Normal.Sample(random, count, mean).Select(map)];
        return Enumerable.Range(0, s_trials).Count(_ => pValue(Draw(N, 0), Draw(M, shift)) <= Level) / (double)s_trials;
    }

    private static double Binned(double[] a, double[] b, Func<long[], long[], double> test)
    {
        var bins = Binning.FromQuantiles([.. a, .. b], 6);
        return test(bins.CountOf(a).Counts, bins.CountOf(b).Counts);
    }

    private static TestResult Above(double[] a, double[] b, Func<long, long, long, long, TestResult> test) => test(a.LongCount(x => x > 0.9), a.Length, b.LongCount(x => x > 0.9), b.Length);
}
