using MLOps.Data;
using MLOps.Statistics;

namespace MLOps.Monitoring;

/// <summary>The Jensen-Shannon distance (base 2, 0 to 1) on the baseline's bins or categories. Matters from 0.1 on.</summary>
internal sealed class JensenShannonDrift : IDriftTest
{
    public string Name => "js";

    public bool Supports(FeatureKind kind) => true;

    public DriftTestResult Compare(FeatureProfile baseline, FeatureSample current)
    {
        var distance = Divergence.JensenShannon(baseline.Cells(), current.Cells());
        return new(Name, double.IsNaN(distance) ? 0 : distance, null, 0.1);
    }
}
