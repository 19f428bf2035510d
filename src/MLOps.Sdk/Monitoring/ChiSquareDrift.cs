using MLOps.Data;
using MLOps.Statistics;

namespace MLOps.Monitoring;

/// <summary>
/// Pearson's test of homogeneity on the baseline's bins or categories, cells with fewer than 5 expected rows pooled. The baseline is a sample like the
/// window: taking its shares for exact would raise several times as many false alarms as stated.
/// </summary>
internal sealed class ChiSquareDrift : IDriftTest
{
    public string Name => "chi2";

    public bool Supports(FeatureKind kind) => true;

    public DriftTestResult Compare(FeatureProfile baseline, FeatureSample current)
    {
        var result = TwoSample.ChiSquareHomogeneity(baseline.Cells(), current.Cells(), ChiSquareOptions.Pooled);
        return result.IsConclusive ? new(Name, result.Statistic, result.PValue, null) : new(Name, 0, 1, null);
    }
}
