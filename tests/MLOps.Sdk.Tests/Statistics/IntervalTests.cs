namespace MLOps.Statistics;

public sealed class IntervalTests
{
    [Test]
    public void The_examples_of_the_documentation_hold()
    {
        var share = Proportion.Wilson(successes: 8, count: 10);
        Assert.That(share.Lower, Is.EqualTo(0.490).Within(5e-4));
        Assert.That(share.Upper, Is.EqualTo(0.943).Within(5e-4));
        var difference = Proportion.Difference(56, 70, 48, 80);
        Assert.That(difference.Lower, Is.EqualTo(0.0524).Within(5e-5));
        Assert.That(difference.Upper, Is.EqualTo(0.3339).Within(5e-5));
        bool[] truths = [true, true, true, false, false, false];
        var auc = DeLong.Auc(truths, [0.9, 0.8, 0.3, 0.5, 0.2, 0.1]);
        Assert.That(auc.Estimate, Is.EqualTo(8 / 9.0).Within(1e-15));
        // Placements 1, 1, 2/3 on either side: variance 1/27 each, divided by 3.
        Assert.That(auc.Estimate - auc.Lower, Is.EqualTo(1.959963984540054 * Math.Sqrt(2 / 81.0)).Within(1e-12));
        var gain = DeLong.Difference(truths, [0.9, 0.8, 0.3, 0.5, 0.2, 0.1], [0.9, 0.4, 0.3, 0.5, 0.2, 0.6]);
        Assert.That(gain.Difference.Estimate, Is.EqualTo(gain.First - gain.Second));
        double[] losses = [0.1, 0.4, 0.2, 0.9, 0.3, 0.2, 0.5, 0.1];
        double Mean(ReadOnlySpan<int> rows)
        {
            var sum = 0.0;
            foreach (var r in rows) sum += losses[r];
            return sum / rows.Length;
        }

        var mean = Bootstrap.Percentile(losses.Length, Mean, seed: 7);
        Assert.That(mean.Contains(losses.Average()));
        Assert.That(Bootstrap.Percentile(losses.Length, Mean, seed: 7), Is.EqualTo(mean), "Seeded");
        Assert.That(Bootstrap.BiasCorrectedAccelerated(losses.Length, Mean, seed: 7).Upper, Is.GreaterThan(mean.Upper), "Skewed to the right");
    }

    [Test]
    public void Edges_give_NaN_limits_or_a_point()
    {
        Assert.That((Proportion.Wilson(0, 0).Estimate, Proportion.Wilson(0, 5).Lower, Proportion.Wilson(5, 5).Upper), Is.EqualTo((double.NaN, 0.0, 1.0)));
        Assert.That(DeLong.Auc([true, true], [1, 2]).Estimate, Is.NaN);
        Assert.That(DeLong.Auc([true, false], [1, 2]).Contains(0), Is.False, "One row of each class has no variance");
        Assert.That(DeLong.Auc([true, false, true, false], [1, 1, 1, 1]).Estimate, Is.EqualTo(0.5));
        bool[] truths = [true, false, true, false];
        var same = DeLong.Difference(truths, [1, 2, 3, double.NaN], [1, 2, 3, 4]);
        Assert.That(same.Difference.Estimate, Is.Zero);
        Assert.That(Bootstrap.Percentile(3, _ => double.NaN, 1).Lower, Is.NaN);
        Assert.That(Bootstrap.BiasCorrectedAccelerated(1, _ => 2, 1).Upper, Is.EqualTo(2));
    }

    [Test]
    public void Intervals_hold_the_truth_as_often_as_stated()
    {
        var trials = Effort.Of(300, 2000);
        var random = new Random(99);
        var (wilson, deLong, bootstrap) = (0, 0, 0);
        for (var trial = 0; trial < trials; trial++)
        {
            wilson += Proportion.Wilson(Enumerable.Range(0, 60).Count(_ => random.NextDouble() < 0.1), 60).Contains(0.1) ? 1 : 0;
            double[] scores = [.. Normal.Sample(random, 60, 1), .. Normal.Sample(random, 60)];
            // P(X > Y) of two normals one deviation apart: Phi(1 / sqrt 2).
            deLong += DeLong.Auc([.. scores.Select((_, i) => i < 60)], scores).Contains(0.7602499389065233) ? 1 : 0;
            bootstrap += Bootstrap.Percentile(60, rows =>
            {
                var sum = 0.0;
                foreach (var row in rows) sum += scores[row];
                return sum / rows.Length;
            }, (ulong)trial, resamples: 200).Contains(1) ? 1 : 0;
        }

        TestContext.Out.WriteLine($"coverage of 0.95 over {trials}: Wilson {wilson / (double)trials:0.000}, DeLong {deLong / (double)trials:0.000}, bootstrap {bootstrap / (double)trials:0.000}");
        var slack = 4 * Math.Sqrt(0.95 * 0.05 / trials);
        Assert.That(new[] { wilson / (double)trials, deLong / (double)trials, bootstrap / (double)trials }, Is.All.InRange(0.93 - slack, 0.96 + slack));
    }
}
