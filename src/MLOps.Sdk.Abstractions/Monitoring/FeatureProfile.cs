using MLOps.Data;

namespace MLOps.Monitoring;

/// <summary>The distribution of one column in the baseline. Numbers are kept as counts in bins and a sample, categories as counts.</summary>
public sealed record FeatureProfile
{
    /// <summary>The column's name.</summary>
    public required string Name { get; init; }

    /// <summary>Number or category.</summary>
    public required FeatureKind Kind { get; init; }

    /// <summary>Rows with a value.</summary>
    public long Count { get; init; }

    /// <summary>Rows without one.</summary>
    public long Missing { get; init; }

    /// <summary>Mean of the finite values; NaN for categories.</summary>
    public double Mean { get; init; } = double.NaN;

    /// <summary>Standard deviation with ddof 0; NaN for categories.</summary>
    public double StandardDeviation { get; init; } = double.NaN;

    /// <summary>Smallest finite value; NaN for categories.</summary>
    public double Minimum { get; init; } = double.NaN;

    /// <summary>Largest finite value; NaN for categories.</summary>
    public double Maximum { get; init; } = double.NaN;

    /// <summary>Inner bin edges, rising; bin i holds edge[i-1] &lt;= x &lt; edge[i], the outer two are open. Empty for categories.</summary>
    public IReadOnlyList<double> Edges { get; init; } = [];

    /// <summary>Counts: one more than edges for numbers, one for each of <see cref="Categories"/> otherwise.</summary>
    public IReadOnlyList<long> Counts { get; init; } = [];

    /// <summary>The category of each count, in ordinal order; empty for numbers.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>Rows whose category is none of <see cref="Categories"/>, which hold at most the 256 most frequent ones; 0 for numbers.</summary>
    public long OtherCount { get; init; }

    /// <summary>
    /// The column's values in the baseline's sampled rows, which are the same rows for every column: numbers as they are; categories as their place in <see cref="Categories"/>, or the
    /// number of these for any other; NaN for missing.
    /// </summary>
    public IReadOnlyList<double> Sample { get; init; } = [];

    /// <summary>How much the model's answers hang on the column: not negative, all columns together 1. Null when it was not measured.</summary>
    public double? Importance { get; init; }

    /// <summary>
    /// What was seen without drift: by the name of a drift test, its statistic for each block of the baseline's rows, as long as a window in production, held against the other rows.
    /// Empty when the baseline was captured without a window length or had too few rows for 8 blocks.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<double>> NullDistances { get; init; } = new Dictionary<string, IReadOnlyList<double>>();

    /// <summary>The smallest p-value of the drift tests for each of those blocks, corrected over the tests; what makes a replay of the decision over the baseline possible.</summary>
    public IReadOnlyList<double> NullPValues { get; init; } = [];
}
