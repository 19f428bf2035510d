using MLOps.Data;
using MLOps.Statistics;

namespace MLOps.Monitoring;

/// <summary>How far the values moved, in the baseline's standard deviations (at least 0.001). Matters from 0.1 on. Infinities are left out: they are no distance.</summary>
/// <remarks>Where the window's values stand for more than they are, the distance is held within the bounds that the exact counts of both sides give.</remarks>
internal sealed class WassersteinDrift : IDriftTest
{
    public string Name => "wasserstein";

    public bool Supports(FeatureKind kind) => kind is FeatureKind.Number;

    public DriftTestResult Compare(FeatureProfile baseline, FeatureSample current)
    {
        var distance = TwoSample.Wasserstein(Finite(baseline.Sample.Flat()), Finite(current.Numbers.Span));
        if (current is { IsSampled: true, Infinite: 0 } && double.IsFinite(baseline.Minimum) && baseline.Counts.Sum() == baseline.Count) distance = Bounded(baseline, current, distance);
        var norm = baseline.StandardDeviation > TwoSample.SmallestNorm ? baseline.StandardDeviation : TwoSample.SmallestNorm;
        var effect = distance / norm;
        // Values near the largest double overflow the distance or the deviation; the largest double still says "far away".
        return new(Name, double.IsNaN(distance) ? 0 : double.IsFinite(effect) ? effect : double.MaxValue, null, 0.1);
    }

    private static double Bounded(FeatureProfile baseline, FeatureSample current, double distance)
    {
        double from = Math.Min(baseline.Minimum, current.Minimum), to = Math.Max(baseline.Maximum, current.Maximum);
        if (!double.IsFinite(from) || !double.IsFinite(to)) return distance;
        var bounds = TwoSample.Compare(Binning.FromEdges(baseline.Edges.Flat()), baseline.Cells(), current.Cells(), from, to).Wasserstein;
        return double.IsNaN(bounds.Lower) ? distance : Math.Clamp(distance, bounds.Lower, bounds.Upper);
    }

    private static ReadOnlySpan<double> Finite(ReadOnlySpan<double> values)
    {
        var at = 0;
        while (at < values.Length && double.IsFinite(values[at])) at++;
        if (at == values.Length) return values;
        var kept = new List<double>(values.Length);
        foreach (var value in values)
            if (double.IsFinite(value)) kept.Add(value);
        return kept.ToArray();
    }
}
