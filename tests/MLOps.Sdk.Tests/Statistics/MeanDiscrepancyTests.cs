using System.Text.Json;

namespace MLOps.Statistics;

public sealed class MeanDiscrepancyTests
{
    private static IEnumerable<TestCaseData> Cases() => Vector.Json("mmd.json").GetProperty("cases").EnumerateArray().Select((c, i) => new TestCaseData(c).SetArgDisplayNames(
        $"{i} {c.GetProperty("current").GetProperty("file").GetString()}")).Where(c => Rows((JsonElement)c.Arguments[0]!, "current") is not null);

    private static double[]? Rows(JsonElement c, string side)
    {
        var columns = c.GetProperty("columns").EnumerateArray().Select(column => Vector.Numbers(JsonSerializer.SerializeToElement(new
        {
            file = c.GetProperty(side).GetProperty("file").GetString(), column = column.GetString(), rows = c.GetProperty(side).GetProperty("rows"),
        }))).ToArray();
        return columns.Contains(null) ? null : [.. Enumerable.Range(0, columns[0]!.Length).SelectMany(row => columns.Select(column => column![row]))];
    }

    private static double[] Draw(Random random, int rows, double mean = 0) => Normal.Sample(random, 2 * rows, mean);

    [Test]
    public void All_cases_with_data_are_here() => Assert.That(Cases().Count(), Is.EqualTo(2));

    [TestCaseSource(nameof(Cases))]
    public void Both_estimates_and_the_bandwidth_agree_with_NumPy(JsonElement c)
    {
        var (a, b, expected) = (Rows(c, "reference")!, Rows(c, "current")!, c.GetProperty("expected"));
        var found = TwoSample.MaximumMeanDiscrepancy(a, b, c.GetProperty("columns").GetArrayLength());
        Near.Statistic(found.Bandwidth, expected.GetProperty("sigma").GetDouble(), "sigma");
        Near.Statistic(found.Biased, expected.GetProperty("mmd2_biased").GetDouble(), "biased");
        Near.Statistic(found.Unbiased, expected.GetProperty("mmd2_unbiased").GetDouble(), "unbiased");
    }

    [Test]
    public void The_linear_estimate_is_near_the_quadratic_one()
    {
        var random = new Random(11);
        double[] a = Draw(random, 4000), b = Draw(random, 4000, 0.5);
        var options = new MeanDiscrepancyOptions { Bandwidth = 1.5 };
        var (linear, quadratic) = (TwoSample.MaximumMeanDiscrepancyLinear(a, b, 2, options), TwoSample.MaximumMeanDiscrepancy(a.AsSpan(0, 2000), b.AsSpan(0, 2000), 2, options));
        Assert.That(linear.Statistic, Is.EqualTo(quadratic.Unbiased).Within(0.02));
        Assert.That(linear.PValue, Is.LessThan(1e-4));
    }

    [Test]
    public void It_is_symmetric_without_standardising_zero_on_equal_samples_and_blind_to_order()
    {
        var random = new Random(12);
        double[] a = Draw(random, 60), b = Draw(random, 40, 1);
        var options = new MeanDiscrepancyOptions { Standardise = false };
        var (forth, back) = (TwoSample.MaximumMeanDiscrepancy(a, b, 2, options), TwoSample.MaximumMeanDiscrepancy(b, a, 2, options));
        Assert.That((back.Biased, back.Unbiased), Is.EqualTo((forth.Biased, forth.Unbiased)).Using<(double X, double Y)>((x, y) => Math.Abs(x.X - y.X) + Math.Abs(x.Y - y.Y) < 1e-12));
        double[] turned = [.. a.Chunk(2).Reverse().SelectMany(row => row)];
        Assert.That(TwoSample.MaximumMeanDiscrepancy(turned, b, 2).Biased, Is.EqualTo(TwoSample.MaximumMeanDiscrepancy(a, b, 2).Biased).Within(1e-12));
        Assert.That(TwoSample.MaximumMeanDiscrepancy(a, turned, 2).Biased, Is.EqualTo(0).Within(1e-14));
    }

    [Test]
    public void Every_finite_row_gives_a_finite_result()
    {
        double[][] samples = [[0, 0], [1e308, -1e308], [double.Epsilon, 0, 0, -double.Epsilon], [7, 7, 7, 7], [1e-300, 2, 3, 1e300, -1e308, 1], [1, 2, 3, 4, 5, 6]];
        foreach (var a in samples)
        foreach (var b in samples)
        foreach (var options in new MeanDiscrepancyOptions[] { new(), new() { Standardise = false }, new() { Bandwidth = 1 }, new() { Standardise = false, Bandwidth = 1e-300 } })
        {
            var found = TwoSample.MaximumMeanDiscrepancy(a, b, 2, options);
            Assert.That(double.IsFinite(found.Biased) && double.IsFinite(found.Unbiased) && double.IsFinite(found.Bandwidth) && found.Biased >= 0, $"[{string.Join(' ', a)}] [{string.Join(' ', b)}] {options} {found}");
            var linear = TwoSample.MaximumMeanDiscrepancyLinear(a, b, 2, options);
            Assert.That(double.IsFinite(linear.Statistic) && linear.PValue is >= 0 and <= 1);
        }
    }

    [Test]
    public void Rows_that_are_not_finite_are_left_out_and_empty_samples_say_nothing()
    {
        var found = TwoSample.MaximumMeanDiscrepancy([1, 2, double.NaN, 3, 5, 6], [1, 2, 5, double.PositiveInfinity], 2);
        Assert.That((found.ReferenceCount, found.CurrentCount), Is.EqualTo((2L, 1L)));
        Assert.That(TwoSample.MaximumMeanDiscrepancy([], [1], 1).Biased, Is.NaN);
        Assert.That(TwoSample.MaximumMeanDiscrepancyLinear([1], [double.NaN], 1).IsConclusive, Is.False);
    }

    [Test]
    public void Wrong_shapes_and_options_are_rejected_by_name()
    {
        Assert.That(() => TwoSample.MaximumMeanDiscrepancy([1, 2, 3], [1, 2], 2), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("reference"));
        Assert.That(() => TwoSample.MaximumMeanDiscrepancy([1, 2], [1, 2, 3], 2), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("current"));
        Assert.That(() => TwoSample.MaximumMeanDiscrepancy([1], [1], 0), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("columns"));
        Assert.That(() => TwoSample.MaximumMeanDiscrepancy([1], [1], 1, new() { Bandwidth = 0 }), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("Bandwidth"));
        Assert.That(() => TwoSample.MaximumMeanDiscrepancyLinear([1], [1], 1, new() { LargestMedianSample = 1 }), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("LargestMedianSample"));
    }
}
