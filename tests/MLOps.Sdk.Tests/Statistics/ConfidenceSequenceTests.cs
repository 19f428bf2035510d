using MLOps.Statistics;

namespace MLOps.Tests.Statistics;

internal sealed class ConfidenceSequenceTests
{
    [TestCase(0.001)]
    [TestCase(0.02)]
    [TestCase(0.5)]
    public void A_rate_stays_inside_at_every_look(double rate)
    {
        var (random, runs, left) = (new Random(81), Effort.Of(300, 3_000), 0);
        for (var run = 0; run < runs; run++)
        {
            long events = 0;
            for (var n = 1; n <= 3_000; n++)
            {
                if (random.NextDouble() < rate) events++;
                if (n % 50 != 0 || ConfidenceSequence.Rate(events, n).Contains(rate)) continue;
                left++;
                break;
            }
        }

        TestContext.Out.WriteLine($"{left} of {runs} left at some look");
        Assert.That(left, Is.AtMost(runs * 0.05));
    }

    [Test]
    public void A_mean_of_skewed_values_stays_inside_at_every_look()
    {
        var (random, runs, left) = (new Random(82), Effort.Of(300, 3_000), 0);
        for (var run = 0; run < runs; run++)
        {
            var moments = Moments.Empty;
            for (var n = 1; n <= 3_000; n++)
            {
                moments = moments.Add(-Math.Log(1 - random.NextDouble()));
                if (n < 200 || n % 50 != 0 || ConfidenceSequence.Mean(moments).Contains(1)) continue;
                left++;
                break;
            }
        }

        TestContext.Out.WriteLine($"{left} of {runs} left at some look");
        Assert.That(left, Is.AtMost(runs * 0.05));
    }

    [Test]
    public void It_narrows_with_rows_and_widens_with_confidence()
    {
        Assert.Multiple(() =>
        {
            Assert.That(ConfidenceSequence.Rate(20, 1_000).Lower, Is.EqualTo(0.0078).Within(0.0001));
            Assert.That(ConfidenceSequence.Rate(20, 1_000).Upper, Is.EqualTo(0.0406).Within(0.0001));
            Assert.That(Width(ConfidenceSequence.Rate(200, 10_000)), Is.LessThan(Width(ConfidenceSequence.Rate(20, 1_000)) / 2.5));
            Assert.That(Width(ConfidenceSequence.Rate(20, 1_000, 0.999)), Is.GreaterThan(Width(ConfidenceSequence.Rate(20, 1_000))));
            Assert.That(Width(ConfidenceSequence.Rate(20, 1_000)), Is.GreaterThan(Width(Proportion.Wilson(20, 1_000))), "looking costs");
        });
    }

    [Test]
    public void Nothing_and_everything_have_intervals_too()
    {
        Assert.Multiple(() =>
        {
            Assert.That(ConfidenceSequence.Rate(0, 0), Is.EqualTo(new Interval(double.NaN, 0, 1, 0.95)));
            Assert.That(ConfidenceSequence.Rate(0, 1_000), Is.EqualTo(ConfidenceSequence.Rate(0, 1_000) with { Lower = 0 }));
            Assert.That(ConfidenceSequence.Rate(0, 1_000).Upper, Is.InRange(0.004, 0.009));
            Assert.That(ConfidenceSequence.Rate(1_000, 1_000).Lower, Is.InRange(0.991, 0.996));
            Assert.That(ConfidenceSequence.Mean(Moments.Empty).Upper, Is.EqualTo(double.PositiveInfinity));
            Assert.That(ConfidenceSequence.Mean(Moments.Of([double.MaxValue, -double.MaxValue])).Upper, Is.EqualTo(double.PositiveInfinity));
            Assert.That(() => ConfidenceSequence.Rate(2, 1), Throws.TypeOf<MLOpsInvalidException>());
            Assert.That(() => ConfidenceSequence.Rate(1, 2, 1), Throws.TypeOf<MLOpsInvalidException>());
            Assert.That(() => ConfidenceSequence.Mean(Moments.Empty, 0.5, 0), Throws.TypeOf<MLOpsInvalidException>());
        });
    }

    private static double Width(Interval interval) => interval.Upper - interval.Lower;
}
