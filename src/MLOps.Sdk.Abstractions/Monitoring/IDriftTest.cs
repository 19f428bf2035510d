using MLOps.Data;

namespace MLOps.Monitoring;

/// <summary>
/// Compares a column of a window with its baseline. The built-in ones are Kolmogorov-Smirnov, chi-square homogeneity,
/// PSI, Jensen-Shannon and normed Wasserstein; add your own with <c>AddDriftTest</c>. Must be pure and thread-safe.
/// </summary>
public interface IDriftTest
{
    /// <summary>A short name: <c>ks</c>, <c>psi</c>. Unique among the registered tests.</summary>
    string Name { get; }

    /// <summary>Whether the test applies to such columns.</summary>
    bool Supports(FeatureKind kind);

    /// <summary>Compares. Finite on every input; an empty or constant side is not an error. A distance (a result without a p-value) is also what the null is learned from.</summary>
    DriftTestResult Compare(FeatureProfile baseline, FeatureSample current);
}
