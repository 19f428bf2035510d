using System.Globalization;
using MLOps.Statistics;

namespace MLOps.Delivery;

/// <summary>
/// Reads guards. Rates: one e-process over all routes of the deployment, so that alpha is spent once however often one looks, however the share changes;
/// it trips at guards / alpha (Bonferroni). Means: a confidence sequence for each arm on each route; the trip's alpha is divided by guards and routes. Safe, for both:
/// the difference on the present route is at most the margin, with confidence 1 - alpha at every look. Pure.
/// </summary>
internal static class GuardEvidence
{
    public static IReadOnlyList<GuardReading> Read(DeploymentSpec spec, IReadOnlyList<ExposureEvidence> exposures) =>
        [.. spec.Guards.Select(guard => guard.Kind is GuardKind.Errors or GuardKind.SlowAnswers ? Rate(spec, guard, exposures) : Mean(spec, guard, exposures))];

    private static GuardReading Rate(DeploymentSpec spec, DeploymentGuard guard, IReadOnlyList<ExposureEvidence> exposures)
    {
        var log = 0.0;
        foreach (var (exposure, champion, candidate) in exposures)
        {
            // A shadow is asked one row at a time by a thread of low priority: how long it took says nothing against it.
            if (exposure.IsShadow && guard.Kind is GuardKind.SlowAnswers) continue;
            // In the shadow both are asked the same requests, the candidate a share of them.
            var share = exposure.IsShadow ? exposure.Share / (1 + exposure.Share) : exposure.Share;
            // Requests that were sent to the candidate on purpose came in addition: what it had of all can only be held for it.
            if (champion.Requests > 0) share = Math.Max(share, candidate.Requests / (double)(candidate.Requests + champion.Requests));
            var process = new BetaBinomialEProcess(share, spec.Alpha);
            process.Update(Events(guard, candidate), Events(guard, champion));
            log += process.LogEValue;
        }

        var (now, before) = Present(exposures);
        Interval worse = ConfidenceSequence.Rate(Events(guard, now), now.Requests, 1 - spec.Alpha / 2), usual = ConfidenceSequence.Rate(Events(guard, before), before.Requests, 1 - spec.Alpha / 2);
        double difference = worse.Estimate - usual.Estimate, upper = worse.Upper - usual.Lower;
        var tripped = log >= Math.Log(spec.Guards.Count / spec.Alpha);
        var what = guard.Kind is GuardKind.Errors ? "failed" : "were slow";
        return new(guard, difference, upper, Math.Exp(Math.Min(log, 700)), tripped, upper <= guard.Margin, string.Create(
            CultureInfo.InvariantCulture,
            $"{Events(guard, now)} of {now.Requests} answers of the candidate {what}, {Events(guard, before)} of {before.Requests} of the champion: at most {upper:P2} more, {guard.Margin:P2} would do; e-value {Math.Exp(Math.Min(log, 700)):G3} of {spec.Guards.Count / spec.Alpha:G3}."));
    }

    private static GuardReading Mean(DeploymentSpec spec, DeploymentGuard guard, IReadOnlyList<ExposureEvidence> exposures)
    {
        // As many routes as there can be: the shadow and every step.
        var routes = spec.Canary.Count + 1;
        var tripped = exposures.Any(s => Between(s.Candidate, s.Champion, spec.Alpha / (spec.Guards.Count * routes)) is var d && (d.Lower > guard.Margin || d.Upper < -guard.Margin));
        var (now, before) = Present(exposures);
        var present = Between(now, before, spec.Alpha);
        var upper = Math.Max(present.Upper, -present.Lower);
        return new(guard, present.Estimate, upper, 1, tripped, upper <= guard.Margin, string.Create(
            CultureInfo.InvariantCulture, $"The candidate's mean answer is {present.Estimate:+0.####;-0.####;0} standard deviations from the champion's, at most {upper:G4} either way; {guard.Margin:G4} would do."));
    }

    /// <summary>The difference of the two mean answers, in standard deviations of the champion's.</summary>
    private static Interval Between(ArmEvidence candidate, ArmEvidence champion, double alpha)
    {
        var (mine, theirs) = (Moments(candidate), Moments(champion));
        Interval a = ConfidenceSequence.Mean(mine, 1 - alpha / 2), b = ConfidenceSequence.Mean(theirs, 1 - alpha / 2);
        // A champion that always says the same has no spread to measure by: equal is equal, and anything else is as far as can be.
        var unit = theirs.StandardDeviation() is var deviation && deviation > 0 ? deviation : double.IsNaN(deviation) || a.Estimate == b.Estimate ? 1 : double.Epsilon;
        return new((a.Estimate - b.Estimate) / unit, (a.Lower - b.Upper) / unit, (a.Upper - b.Lower) / unit, 1 - alpha);
    }

    private static Moments Moments(ArmEvidence arm) => new(arm.Outputs, arm.OutputMean, arm.OutputSquares, double.NaN, double.NaN, 0, 0);

    private static long Events(DeploymentGuard guard, ArmEvidence arm) => guard.Kind is GuardKind.Errors ? arm.Failures : arm.Slow;

    // The present route only: with another share at another time of day, old rows of one arm would be held against new rows of the other.
    private static (ArmEvidence Candidate, ArmEvidence Champion) Present(IReadOnlyList<ExposureEvidence> exposures) => exposures is [.., var last] ? (last.Candidate, last.Champion) : (ArmEvidence.None, ArmEvidence.None);
}
