using MLOps.Data;

namespace MLOps.Monitoring;

/// <summary>What became of one column.</summary>
public sealed record FeatureDrift
{
    /// <summary>The column's name; <c>prediction</c> for the model's answer.</summary>
    public required string Name { get; init; }

    /// <summary>Number or category.</summary>
    public required FeatureKind Kind { get; init; }

    /// <summary>Every test that applies.</summary>
    public IReadOnlyList<DriftTestResult> Tests { get; init; } = [];

    /// <summary>The smallest of the tests' p-values, corrected over the tests of this column (Bonferroni) and over the window's columns (Benjamini-Hochberg).</summary>
    public double AdjustedPValue { get; init; } = 1;

    /// <summary>Significant after correction, and large enough to matter.</summary>
    public bool Drifted { get; init; }

    /// <summary>Rows without a value in the window.</summary>
    public long Missing { get; init; }

    /// <summary>One sentence for people: "mean 0.42 -> 0.58 (+0.8 sd)".</summary>
    public required string Explanation { get; init; }

    /// <summary>The window's counts in the baseline's bins or categories; for categories one more at the end for all others.</summary>
    public IReadOnlyList<long> Counts { get; init; } = [];
}
