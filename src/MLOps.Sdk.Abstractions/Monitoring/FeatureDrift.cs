using MLOps.Data;

namespace MLOps.Monitoring;

/// <summary>What became of one column.</summary>
public sealed record FeatureDrift
{
    /// <summary>The column's name; <c>prediction</c> for the model's answer.</summary>
    public required string Name { get; init; }

    /// <summary>Number or category.</summary>
    public required FeatureKind Kind { get; init; }

    /// <summary>Every test that applies. The floor of a distance is at least what blocks of the baseline show without drift.</summary>
    public IReadOnlyList<DriftTestResult> Tests { get; init; } = [];

    /// <summary>The smallest of the tests' p-values, corrected over the tests of this column (Bonferroni) and over the window's columns (Benjamini-Hochberg).</summary>
    public double AdjustedPValue { get; init; } = 1;

    /// <summary>How many times its floor the largest distance is: from 1 on the column moved enough to matter.</summary>
    public double Effect { get; init; }

    /// <summary>How much the model's answers hang on the column, 0..1; null when it is not known.</summary>
    public double? Importance { get; init; }

    /// <summary>Significant after correction, and large enough to matter.</summary>
    public bool Drifted { get; init; }

    /// <summary>Rows without a value in the window.</summary>
    public long Missing { get; init; }

    /// <summary>One sentence for people: "mean 0.42 -> 0.58 (+0.8 sd)".</summary>
    public required string Explanation { get; init; }

    /// <summary>What most likely happened to a column whose distance reaches its floor; <see cref="DriftCause.None"/> for others.</summary>
    public DriftCause Cause { get; init; }

    /// <summary>The bins or categories whose shares moved most, the furthest first; at most five.</summary>
    public IReadOnlyList<ShareMove> Moved { get; init; } = [];

    /// <summary>The window's counts in the baseline's bins or categories; for categories one more at the end for all others.</summary>
    public IReadOnlyList<long> Counts { get; init; } = [];
}
