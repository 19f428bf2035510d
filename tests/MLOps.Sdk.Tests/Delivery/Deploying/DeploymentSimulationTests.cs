using MLOps.Delivery;
using MLOps.Statistics;
using static MLOps.Tests.Delivery.Evidences;

namespace MLOps.Tests.Delivery;

/// <summary>The whole decision, looked at 50 times in 10,000 requests, on two models whose true rates are known.</summary>
internal sealed class DeploymentSimulationTests
{
    private const int Requests = 10_000, Looks = 50;

    [TestCase(0.02, 0.02, 0.1)]
    [TestCase(0.02, 0.02, 0.5)]
    [TestCase(0.1, 0.1, 0.5)]
    [CancelAfter(600_000)]
    public void Identical_models_are_rolled_back_no_more_often_than_alpha_says(double champion, double candidate, double share)
    {
        var (runs, alarms, naive, _) = Simulate(champion, candidate, share, seed: 8_001);
        Assert.That(alarms, Is.AtMost(runs * 0.05), "alpha is 5 %");
        if (share == 0.5) Assert.That(naive, Is.GreaterThan(runs * 0.15), "the z-test that is looked at all the time is what this is about");
    }

    [Test]
    [CancelAfter(600_000)]
    public void Twice_the_errors_at_half_the_traffic_are_found()
    {
        var (runs, alarms, _, requests) = Simulate(0.02, 0.04, 0.5, seed: 8_002);
        Assert.That(alarms, Is.AtLeast(runs * 0.95));
        Assert.That(requests[requests.Count / 2], Is.LessThan(5_000), "the median number of requests");
    }

    [Test]
    public void Evidence_from_several_shares_and_the_shadow_spends_alpha_once()
    {
        var (random, alarms, runs) = (new Random(8_003), 0, Effort.Of(400, 4_000));
        Exposure[] route = [new(1, 1, true), new(2, 0.05, false), new(3, 0.25, false), new(4, 0.5, false)];
        for (var run = 0; run < runs; run++)
        {
            var exposures = new List<ExposureEvidence>();
            var tripped = false;
            // The rate of both moves with the time of day, which the comparison at one time does not mind.
            foreach (var exposure in route)
            {
                exposures.Add(new(exposure, ArmEvidence.None, ArmEvidence.None));
                var rate = 0.01 + 0.05 * random.NextDouble();
                for (var look = 0; look < 12; look++)
                {
                    exposures[^1] = Served(random, exposures[^1], 200, rate, rate);
                    tripped |= GuardEvidence.Read(Spec, exposures).Any(g => g.IsTripped);
                }
            }

            if (tripped) alarms++;
        }

        TestContext.Out.WriteLine($"{alarms} of {runs} rolled back falsely over shadow and three steps");
        Assert.That(alarms, Is.AtMost(runs * 0.05));
    }

    [Test]
    public void Drift_between_arms_trips_on_a_real_shift_and_seldom_without_one()
    {
        var (spec, random, runs) = (Spec with { Guards = [new(GuardKind.MeanOutput, 0.1)], Canary = [0.5], ShadowRequests = 0 }, new Random(8_004), Effort.Of(200, 2_000));
        int Trips(double shift)
        {
            var trips = 0;
            for (var run = 0; run < runs; run++)
            {
                var (mine, theirs) = (Moments.Empty, Moments.Empty);
                for (var look = 0; look < 30; look++)
                {
                    for (var i = 0; i < 100; i++) (mine, theirs) = (mine.Add(Normal(random) + shift), theirs.Add(Normal(random)));
                    if (!GuardEvidence.Read(spec, [new(new(1, 0.5, false), Outputs(theirs), Outputs(mine))])[0].IsTripped) continue;
                    trips++;
                    break;
                }
            }

            return trips;
        }

        var (same, half, margin) = (Trips(0), Trips(0.5), Trips(0.1));
        TestContext.Out.WriteLine($"of {runs}: {same} without a shift, {margin} at the margin, {half} with half a standard deviation");
        Assert.That(same, Is.AtMost(runs * 0.05));
        Assert.That(margin, Is.AtMost(runs * 0.05), "at the margin it would still do");
        Assert.That(half, Is.EqualTo(runs));
    }

    private static (int Runs, int Alarms, int Naive, List<int> Requests) Simulate(double champion, double candidate, double share, int seed)
    {
        var (random, runs, alarms, naive, requests) = (new Random(seed), Effort.Of(600, 10_000), 0, 0, new List<int>());
        var deployment = In(DeploymentState.Canary, Spec with { Canary = [share], ShadowRequests = 0 }) with { Exposures = [new(5, share, false)] };
        for (var run = 0; run < runs; run++)
        {
            var exposure = new ExposureEvidence(deployment.Exposures[0], ArmEvidence.None, ArmEvidence.None);
            var (alarm, fooled) = (0, false);
            for (var look = 1; look <= Looks; look++)
            {
                exposure = Served(random, exposure, Requests / Looks, champion, candidate);
                if (alarm == 0 && DeploymentMachine.Decide(deployment, Good(deployment) with { Exposures = [exposure] }, Start).To is DeploymentState.RollingBack) alarm = look * Requests / Looks;
                fooled |= Z(exposure) > 1.6449;
            }

            if (alarm > 0)
            {
                alarms++;
                requests.Add(alarm);
            }

            if (fooled) naive++;
        }

        requests.Sort();
        TestContext.Out.WriteLine(
            $"errors {champion:P0} and {candidate:P0}, {share:P0} of the traffic, {runs} runs: rolled back {alarms / (double)runs:P1}" + (requests.Count > 0 ? $" after {requests[requests.Count / 2]} requests (median)" : "")
            + $"; a z-test at 5 % looked at as often: {naive / (double)runs:P1}");
        return (runs, alarms, naive, requests);
    }

    private static ExposureEvidence Served(Random random, ExposureEvidence exposure, int requests, double champion, double candidate)
    {
        var (a, b) = (exposure.Champion, exposure.Candidate);
        for (var i = 0; i < requests; i++)
        {
            if (exposure.Exposure.IsShadow)
            {
                a = Asked(a, random.NextDouble() < champion);
                b = Asked(b, random.NextDouble() < candidate);
            }
            else if (random.NextDouble() < exposure.Exposure.Share) b = Asked(b, random.NextDouble() < candidate);
            else a = Asked(a, random.NextDouble() < champion);
        }

        return exposure with { Champion = a, Candidate = b };
    }

    private static ArmEvidence Asked(ArmEvidence arm, bool failed) => arm with { Requests = arm.Requests + 1, Failures = arm.Failures + (failed ? 1 : 0) };

    private static ArmEvidence Outputs(Moments moments) => Arm(moments.Count) with { Outputs = moments.Count, OutputMean = moments.Mean, OutputSquares = moments.SumOfSquares };

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static double Z(ExposureEvidence exposure)
    {
        double n = exposure.Candidate.Requests, m = exposure.Champion.Requests, pooled = (exposure.Candidate.Failures + exposure.Champion.Failures) / (n + m);
        return (exposure.Candidate.Failures / n - exposure.Champion.Failures / m) / Math.Sqrt(pooled * (1 - pooled) * (1 / n + 1 / m));
    }
}
