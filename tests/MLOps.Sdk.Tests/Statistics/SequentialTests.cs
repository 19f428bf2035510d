namespace MLOps.Statistics;

public sealed class SequentialTests
{
    private static (int Alarms, List<int> Requests) Watch(int streams, double share, double championRate, double candidateRate, int requests)
    {
        var random = new Random(20261123);
        var when = new List<int>();
        for (var stream = 0; stream < streams; stream++)
        {
            var evidence = new BetaBinomialEProcess(share);
            for (var request = 1; request <= requests; request++)
            {
                var candidate = random.NextDouble() < share;
                // Looked at after every request.
                evidence.Update(candidate, random.NextDouble() < (candidate ? candidateRate : championRate));
                if (!evidence.IsRejected) continue;
                when.Add(request);
                break;
            }
        }

        return (when.Count, when);
    }

    [Test]
    public void An_equal_candidate_is_alarmed_about_at_most_as_often_as_stated_under_continuous_looking([Values(0.1, 0.5)] double share, [Values(0.02, 0.3)] double rate)
    {
        var streams = Effort.Of(200, 2000);
        var (alarms, _) = Watch(streams, share, rate, rate, Effort.Of(3000, 10_000));
        TestContext.Out.WriteLine($"share {share}, rate {rate}: {alarms} false alarms in {streams} streams");
        Assert.That(alarms / (double)streams, Is.LessThanOrEqualTo(0.05));
    }

    [TestCase(0.5, 0.04, 0.95)]
    [TestCase(0.1, 0.08, 0.95)]
    [TestCase(0.1, 0.04, 0.7)]
    public void A_candidate_that_fails_more_often_is_found(double share, double candidateRate, double power)
    {
        var streams = Effort.Of(60, 1000);
        var (alarms, when) = Watch(streams, share, 0.02, candidateRate, 10_000);
        when.Sort();
        TestContext.Out.WriteLine($"share {share}, 2 % against {candidateRate:P0}: found in {alarms / (double)streams:P1} of {streams}, median after {when[when.Count / 2]} requests");
        Assert.That(alarms / (double)streams, Is.GreaterThanOrEqualTo(power));
    }

    [Test]
    public void The_evidence_is_the_integral_that_it_says_it_is()
    {
        const double Share = 0.3;
        var evidence = new BetaBinomialEProcess(Share);
        evidence.Update(7, 9);
        double a = 2 * 0.6 / 1.3, b = 2 - a, above = 0, below = 0;
        const int Steps = 400_000;
        for (var i = 0; i < Steps; i++)
        {
            var theta = Share + (1 - Share) * (i + 0.5) / Steps;
            var prior = Math.Pow(theta, a - 1) * Math.Pow(1 - theta, b - 1);
            below += prior;
            above += prior * Math.Pow(theta / Share, 7) * Math.Pow((1 - theta) / (1 - Share), 9);
        }

        Assert.That(evidence.EValue, Is.EqualTo(above / below).Within(1e-3 * above / below));
    }

    [Test]
    public void Evidence_survives_a_change_of_share_does_not_depend_on_order_and_an_alarm_stays()
    {
        BetaBinomialEProcess one = new(0.1), two = new(0.1);
        for (var i = 0; i < 10; i++) one.Update(candidate: i % 2 == 0, failed: true);
        two.Update(5, 5);
        Assert.That(two.LogEValue, Is.EqualTo(one.LogEValue).Within(1e-12));
        var before = one.LogEValue;
        one.ChangeShare(0.5);
        Assert.That(one.LogEValue, Is.EqualTo(before));
        one.Update(20, 1);
        Assert.That((one.IsRejected, one.CandidateFailures, one.ChampionFailures), Is.EqualTo((true, 25L, 6L)));
        one.Update(0, 500);
        Assert.That(one.LogEValue, Is.Negative);
        Assert.That(one.IsRejected);
        one.Update(candidate: true, failed: false);
        Assert.That(one.CandidateFailures, Is.EqualTo(25));
        var strong = new BetaBinomialEProcess(0.01);
        strong.Update(2_000_000, 0);
        Assert.That((strong.EValue, strong.PValue), Is.EqualTo((double.PositiveInfinity, 0.0)));
        var fine = new BetaBinomialEProcess(0.5);
        fine.Update(0, 2_000_000);
        Assert.That((fine.EValue, fine.PValue), Is.EqualTo((0.0, 1.0)), "No NaN where the tail underflows");
    }

    [Test]
    public void Confidence_sequences_hold_the_mean_at_every_moment()
    {
        var (streams, length) = (Effort.Of(200, 2000), Effort.Of(1000, 5000));
        var random = new Random(8);
        foreach (var (name, mean, draw) in new (string, double, Func<double>)[]
        {
            ("Bernoulli 0.1", 0.1, () => random.NextDouble() < 0.1 ? 1 : 0), ("uniform", 0.5, random.NextDouble),
            ("paired difference", 0.02, () => random.NextDouble() switch { < 0.06 => 1, < 0.1 => -1, _ => 0 }),
        })
        {
            var (held, width) = (0, 0.0);
            for (var stream = 0; stream < streams; stream++)
            {
                var sequence = new EmpiricalBernsteinSequence(name[0] == 'p' ? -1 : 0, 1);
                for (var i = 0; i < length; i++) sequence.Update(draw());
                // The intervals only shrink: the last one holds the mean when all have.
                held += sequence.Current.Contains(mean) ? 1 : 0;
                width += (sequence.Current.Upper - sequence.Current.Lower) / streams;
            }

            TestContext.Out.WriteLine($"{name}: {held} of {streams} held at all {length} moments, mean width {width:0.0000}");
            Assert.That(held / (double)streams, Is.GreaterThanOrEqualTo(0.95));
            Assert.That(width, Is.LessThan(name[0] == 'p' ? 0.25 : 0.15));
        }
    }

    [Test]
    public void The_examples_of_the_documentation_hold()
    {
        var evidence = new BetaBinomialEProcess(share: 0.5, alpha: 0.05);
        for (var i = 0; i < 20; i++) evidence.Update(candidate: true, failed: true);
        Assert.That(evidence.IsRejected);
        var sequence = new EmpiricalBernsteinSequence(lower: 0, upper: 1, confidence: 0.95);
        for (var i = 0; i < 1000; i++) sequence.Update(i % 10 == 0 ? 1 : 0);
        Assert.That(sequence.Current.Contains(0.1));
        var pairs = new PairedOutcomes(Both: 36, OnlyCandidate: 12, OnlyChampion: 2, Neither: 0);
        Assert.That((pairs.Difference().Estimate, pairs.Difference().Lower, pairs.Difference().Upper), Is.EqualTo((0.2, 0.0569, 0.3404)).Using<(double, double, double)>(
            (x, y) => Math.Abs(x.Item1 - y.Item1) + Math.Abs(x.Item2 - y.Item2) + Math.Abs(x.Item3 - y.Item3) < 2e-4), $"{pairs.Difference()}");
        Assert.That(pairs.IsNonInferior(margin: 0.02));
        // 2 (C(14,0) + C(14,1) + C(14,2)) / 2^14.
        Assert.That(pairs.McNemar().PValue, Is.EqualTo(2 * (1 + 14 + 91) / 16384.0).Within(1e-14));
        Assert.That(pairs.McNemarMidP().PValue, Is.EqualTo((2 * (1 + 14 + 91) - 91) / 16384.0).Within(1e-14));
        Assert.That((SampleSize.TwoProportions(0.02, 0.04), SampleSize.TwoMeans(0.5)), Is.EqualTo((1141L, 64L)));
    }

    [Test]
    public void Paired_outcomes_merge_and_have_edges()
    {
        var pairs = PairedOutcomes.Of([true, true, false, false], [true, false, true, false]);
        Assert.That(pairs, Is.EqualTo(new PairedOutcomes(1, 1, 1, 1)));
        Assert.That(pairs + pairs, Is.EqualTo(new PairedOutcomes(2, 2, 2, 2)));
        Assert.That((pairs.McNemar().PValue, default(PairedOutcomes).McNemar().IsConclusive, default(PairedOutcomes).IsNonInferior(0.1)), Is.EqualTo((1.0, false, false)));
        Assert.That(new PairedOutcomes(10, 0, 0, 3).McNemar().PValue, Is.EqualTo(1));
        Assert.That(new PairedOutcomes(0, 5000, 4000, 0).McNemar().PValue, Is.InRange(1e-27, 1e-24));
        // Swapping the models turns the interval round.
        Interval there = new PairedOutcomes(50, 9, 4, 30).Difference(), back = new PairedOutcomes(50, 4, 9, 30).Difference();
        Assert.That(back.Lower + there.Upper, Is.EqualTo(0).Within(1e-15));
        Assert.That(back.Upper + there.Lower, Is.EqualTo(0).Within(1e-15));
        Assert.That(() => new PairedOutcomes(1, -1, 0, 0).Difference(), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(() => pairs.IsNonInferior(0), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(() => new BetaBinomialEProcess(1), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(() => new BetaBinomialEProcess(0.5).Update(-1, 0), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(() => new EmpiricalBernsteinSequence(0, 1).Update(double.NaN), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(() => new EmpiricalBernsteinSequence(1, 1), Throws.TypeOf<MLOpsInvalidException>());
    }

    [Test]
    public void A_planned_number_of_rows_has_the_planned_power()
    {
        var trials = Effort.Of(400, 4000);
        var random = new Random(77);
        var rows = (int)SampleSize.TwoProportions(0.3, 0.45, power: 0.8);
        int Successes(double share) => Enumerable.Range(0, rows).Count(_ => random.NextDouble() < share);
        var found = Enumerable.Range(0, trials).Count(_ => TwoSample.TwoProportions(Successes(0.3), rows, Successes(0.45), rows).PValue <= 0.05) / (double)trials;
        Assert.That(found, Is.EqualTo(0.8).Within(0.01 + 4 * Math.Sqrt(0.16 / trials)));
        Assert.That(SampleSize.NonInferiority(0.9, 0.9, 0.05, alpha: 0.025, power: 0.9), Is.EqualTo(757));
        Assert.That(() => SampleSize.NonInferiority(0.85, 0.9, 0.05), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(() => SampleSize.TwoProportions(0.1, 0.1), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(() => SampleSize.TwoMeans(0), Throws.TypeOf<MLOpsInvalidException>());
    }

    [Test]
    public void A_candidate_worse_by_the_margin_is_seldom_called_non_inferior()
    {
        var trials = Effort.Of(1000, 4000);
        var random = new Random(5);
        var accepted = Enumerable.Range(0, trials).Count(_ =>
        {
            long[] cells = new long[4];
            // Both 0.75, only candidate 0.05, only champion 0.10: the candidate loses five points.
            for (var i = 0; i < 400; i++) cells[random.NextDouble() switch { < 0.75 => 0, < 0.8 => 1, < 0.9 => 2, _ => 3 }]++;
            return new PairedOutcomes(cells[0], cells[1], cells[2], cells[3]).IsNonInferior(0.05);
        });
        Assert.That(accepted / (double)trials, Is.LessThanOrEqualTo(0.05 + 4 * Math.Sqrt(0.0475 / trials)));
    }
}
