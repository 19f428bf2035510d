using MLOps.Data;
using MLOps.Statistics;

namespace MLOps.Monitoring;

/// <summary>
/// The difference between the shares of missing values, with the two-proportion test. The other tests look only at values that are there; without this one
/// a column that vanishes would look unchanged. Matters from a tenth of the rows on.
/// </summary>
internal sealed class MissingDrift : IDriftTest
{
    public string Name => "missing";

    public bool Supports(FeatureKind kind) => true;

    public DriftTestResult Compare(FeatureProfile baseline, FeatureSample current)
    {
        var reference = baseline.Count + baseline.Missing;
        // With nothing missing on either side there is nothing to test, and no other test should pay for one more.
        if (reference == 0 || current.Rows == 0 || (baseline.Missing == 0 && current.Missing == 0)) return new(Name, 0, null, 0.1);
        var result = TwoSample.TwoProportions(baseline.Missing, reference, current.Missing, current.Rows);
        return new(Name, Math.Abs((double)current.Missing / current.Rows - (double)baseline.Missing / reference), result.PValue, 0.1);
    }
}
