namespace MLOps.Statistics;

public sealed class MomentsTests
{
    [TestCase(0)]
    [TestCase(1)]
    [TestCase(3)]
    [TestCase(1024)]
    [TestCase(5003)]
    public void One_pass_agrees_with_the_definition(int count)
    {
        var values = Normal.Sample(new Random(count), count, mean: 1e6);
        var moments = Moments.Of(values);
        Assert.That(moments.Count, Is.EqualTo(count));
        if (count == 0)
        {
            Assert.That(moments, Is.EqualTo(Moments.Empty));
            return;
        }

        var mean = values.Average();
        Assert.That(moments.Mean, Is.EqualTo(mean).Within(2e-8));
        Assert.That(moments.SumOfSquares, Is.EqualTo(values.Sum(x => (x - mean) * (x - mean))).Within(1e-6));
        Assert.That((moments.Min, moments.Max), Is.EqualTo((values.Min(), values.Max())));
        Assert.That(moments.Variance(), count > 1 ? Is.GreaterThan(0) : Is.NaN);
    }

    [Test]
    public void Parts_add_up_to_the_whole_wherever_they_are_cut()
    {
        var values = Normal.Sample(new Random(1), 3000, 5, 2);
        var whole = Moments.Of(values);
        foreach (var cut in new[] { 0, 1, 1023, 1500, 3000 })
        {
            var parts = Moments.Of(values.AsSpan(0, cut)) + Moments.Of(values.AsSpan(cut));
            Assert.That(parts.Mean, Is.EqualTo(whole.Mean).Within(1e-12));
            Assert.That(parts.SumOfSquares, Is.EqualTo(whole.SumOfSquares).Within(1e-8));
            Assert.That((parts.Count, parts.Min, parts.Max), Is.EqualTo((whole.Count, whole.Min, whole.Max)));
        }

        var oneByOne = values.Aggregate(Moments.Empty, (moments, value) => moments.Add(value));
        Assert.That(oneByOne.StandardDeviation(), Is.EqualTo(whole.StandardDeviation()).Within(1e-12));
    }

    [Test]
    public void What_is_not_finite_is_counted_and_kept_out()
    {
        var values = Enumerable.Repeat(2.0, 2000).ToArray();
        values[10] = double.NaN;
        values[1500] = double.PositiveInfinity;
        values[1501] = double.NegativeInfinity;
        Assert.That(Moments.Of(values), Is.EqualTo(new Moments(1997, 2, 0, 2, 2, 1, 2)));
    }

    [TestCase(0)]
    [TestCase(1e9)]
    [TestCase(-1e12)]
    public void A_jump_of_the_level_costs_no_digits(double jump)
    {
        // The squares are gathered around a guess of the mean: neither a far first value nor a level that changes between blocks may show.
        double[] values = [3e15, .. Normal.Sample(new Random(2), 9000), .. Normal.Sample(new Random(3), 9001, jump)];
        foreach (var part in new[] { values, values[1..], values[9001..], values[5000..12_000] })
        {
            // The definition in two passes, with the rounding of the mean taken out again; the last digits of a mean of 1e12 lie at 1e-4 of a deviation of 1.
            double mean = part.Average(), rest = part.Sum(x => x - mean), squares = part.Sum(x => (x - mean) * (x - mean)) - rest * rest / part.Length;
            var moments = Moments.Of(part);
            Assert.That(moments.SumOfSquares / squares, Is.EqualTo(1).Within(jump == 0 ? 1e-12 : 2e-6));
            Assert.That(moments.Mean, Is.EqualTo(mean + rest / part.Length).Within(1e-14 * part.Max(x => Math.Abs(x))));
        }
    }

    [Test]
    public void A_missing_value_anywhere_leaves_the_others_as_they_are()
    {
        var values = Normal.Sample(new Random(6), 20_000);
        foreach (var gap in new[] { 0, 7, 4095, 8191, 8192, 19_999 })
        {
            var holed = values.ToArray();
            holed[gap] = double.NaN;
            var (found, expected) = (Moments.Of(holed), Moments.Of([.. values.Where((_, i) => i != gap)]));
            Assert.That((found.Count, found.NaNCount, found.Min, found.Max), Is.EqualTo((19_999L, 1L, expected.Min, expected.Max)));
            Assert.That(found.SumOfSquares / expected.SumOfSquares, Is.EqualTo(1).Within(1e-12));
        }

        Assert.That(double.IsPositiveInfinity(Moments.Of([.. values.Select(x => x * 1e200)]).SumOfSquares));
    }

    [Test]
    public void A_constant_column_has_no_spread() => Assert.That(Moments.Of(Enumerable.Repeat(0.1, 10_000).ToArray()).StandardDeviation(0), Is.LessThan(1e-15));
}
