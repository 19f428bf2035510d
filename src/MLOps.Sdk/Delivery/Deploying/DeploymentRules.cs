using MLOps.Models;

namespace MLOps.Delivery;

/// <summary>What the spec of a deployment must keep.</summary>
internal static class DeploymentRules
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(365);

    /// <exception cref="MLOpsInvalidException">The spec breaks a rule.</exception>
    public static DeploymentSpec Require(DeploymentSpec spec)
    {
        Name.Require(spec.Model, "model name");
        Name.Require(spec.Alias, "alias");
        Reasons.Require(spec.Reason);
        if (spec.Number < 1) throw Broken(nameof(spec.Number), spec.Number, "a version, from 1");
        foreach (var gate in spec.Gates ?? []) Name.Require(gate, "gate name");
        if (spec.ShadowRequests < 0) throw Broken(nameof(spec.ShadowRequests), spec.ShadowRequests, "at least 0");
        if (!(spec.ShadowShare is > 0 and <= 1)) throw Broken(nameof(spec.ShadowShare), spec.ShadowShare, "above 0 and at most 1");
        if (spec.Canary.Count > 100) throw Broken(nameof(spec.Canary), spec.Canary.Count, "at most 100 steps");
        for (var i = 0; i < spec.Canary.Count; i++)
            if (!(spec.Canary[i] is >= 0.0001 and < 1) || (i > 0 && spec.Canary[i] <= spec.Canary[i - 1]))
                throw Broken(nameof(spec.Canary), string.Join(", ", spec.Canary), "growing shares, each at least 0.0001 and below 1");
        if (spec is { Canary.Count: 0, ShadowRequests: 0 })
            throw new MLOpsInvalidException($"{nameof(DeploymentSpec)} has neither shadow nor canary, so that nothing could show that the candidate is no worse. Give one of the two, or promote with IDeployments.PromoteAsync.");
        if (spec.MinimumRequests < 1) throw Broken(nameof(spec.MinimumRequests), spec.MinimumRequests, "at least 1");
        Time(nameof(spec.MinimumStep), spec.MinimumStep, TimeSpan.Zero);
        Time(nameof(spec.Bake), spec.Bake, TimeSpan.Zero);
        Time(nameof(spec.Patience), spec.Patience, TimeSpan.FromTicks(1));
        Time(nameof(spec.SlowerThan), spec.SlowerThan, TimeSpan.FromTicks(1));
        if (!Enum.IsDefined(spec.OnDeadline)) throw Broken(nameof(spec.OnDeadline), spec.OnDeadline, "Pause or RollBack");
        if (spec.Guards.Count > 20) throw Broken(nameof(spec.Guards), spec.Guards.Count, "at most 20");
        foreach (var guard in spec.Guards)
            if (!Enum.IsDefined(guard.Kind) || !(guard.Margin > 0) || !double.IsFinite(guard.Margin)) throw Broken(nameof(spec.Guards), guard, "of a known kind, with a finite margin above 0");
        if (spec.Guards.DistinctBy(g => g.Kind).Count() < spec.Guards.Count) throw Broken(nameof(spec.Guards), string.Join(", ", spec.Guards.Select(g => g.Kind)), "each of another kind");
        if (!(spec.Alpha is > 0 and < 0.5)) throw Broken(nameof(spec.Alpha), spec.Alpha, "above 0 and below 0.5");
        if (spec.ConsecutiveFailures < 1) throw Broken(nameof(spec.ConsecutiveFailures), spec.ConsecutiveFailures, "at least 1");
        return spec;
    }

    private static void Time(string name, TimeSpan time, TimeSpan least)
    {
        if (time < least || time > s_longest) throw Broken(name, time, least == TimeSpan.Zero ? "at least 0 and at most 365 days" : "more than 0 and at most 365 days");
    }

    private static MLOpsInvalidException Broken(string name, object? value, string rule) =>
        new(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{nameof(DeploymentSpec)}.{name} is {value}; it must be {rule}."));
}
