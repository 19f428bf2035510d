using MLOps.Data;
using MLOps.Statistics;

namespace MLOps.Monitoring;

/// <summary>
/// Do the window's values and the baseline's sample come from one distribution? Sees shifts, spreads and shapes; needs no bins. Where the window's values stand
/// for more than they are, the test counts only those that are there: its p-value is then too large rather than too small.
/// </summary>
internal sealed class KolmogorovSmirnovDrift : IDriftTest
{
    public string Name => "ks";

    public bool Supports(FeatureKind kind) => kind is FeatureKind.Number;

    public DriftTestResult Compare(FeatureProfile baseline, FeatureSample current)
    {
        var result = TwoSample.KolmogorovSmirnov(baseline.Sample.Flat(), current.Numbers.Span);
        return result.IsConclusive ? new(Name, result.Statistic, result.PValue, null) : new(Name, 0, 1, null);
    }
}
