using MLOps.Data;
using MLOps.Statistics;

namespace MLOps.Monitoring;

/// <summary>The population stability index on the baseline's bins or categories, less what chance alone gives: (B - 1)(1/n + 1/m). Matters from 0.1 on.</summary>
internal sealed class PopulationStabilityDrift : IDriftTest
{
    public const string TestName = "psi";

    public string Name => TestName;

    public bool Supports(FeatureKind kind) => true;

    public DriftTestResult Compare(FeatureProfile baseline, FeatureSample current)
    {
        var index = Divergence.PopulationStabilityCorrected(baseline.Cells(), current.Cells());
        return new(Name, double.IsNaN(index) ? 0 : Math.Max(0, index), null, 0.1);
    }
}
