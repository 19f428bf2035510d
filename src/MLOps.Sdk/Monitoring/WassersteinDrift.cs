using MLOps.Data;
using MLOps.Statistics;

namespace MLOps.Monitoring;

/// <summary>How far the values moved, in the baseline's standard deviations (at least 0.001). Matters from 0.1 on. Infinities are left out: they are no distance.</summary>
internal sealed class WassersteinDrift : IDriftTest
{
    public string Name => "wasserstein";

    public bool Supports(FeatureKind kind) => kind is FeatureKind.Number;

    public DriftTestResult Compare(FeatureProfile baseline, FeatureSample current)
    {
        var distance = TwoSample.Wasserstein(Finite([.. baseline.Sample]), Finite(current.Numbers.Span));
        var norm = baseline.StandardDeviation > TwoSample.SmallestNorm ? baseline.StandardDeviation : TwoSample.SmallestNorm;
        var effect = distance / norm;
        // Values near the largest double overflow the distance or the deviation; the largest double still says "far away".
        return new(Name, double.IsNaN(distance) ? 0 : double.IsFinite(effect) ? effect : double.MaxValue, null, 0.1);
    }

    private static double[] Finite(ReadOnlySpan<double> values)
    {
        var kept = new List<double>(values.Length);
        foreach (var value in values)
            if (double.IsFinite(value)) kept.Add(value);
        return [.. kept];
    }
}
