using MLOps.Data;

namespace MLOps.Monitoring;

/// <summary>What a window holds of one column, in the terms of its baseline: exact counts, moments and, for a number, values.</summary>
public sealed record FeatureSample
{
    /// <summary>The column's name.</summary>
    public required string Name { get; init; }

    /// <summary>Number or category.</summary>
    public required FeatureKind Kind { get; init; }

    /// <summary>Rows, those without a value among them.</summary>
    public long Rows { get; init; }

    /// <summary>Rows without a value.</summary>
    public long Missing { get; init; }

    /// <summary>Exact counts in the baseline's bins or categories; for categories one more at the end, for all others.</summary>
    public IReadOnlyList<long> Counts { get; init; } = [];

    /// <summary>Mean of the finite values; NaN for categories.</summary>
    public double Mean { get; init; } = double.NaN;

    /// <summary>Standard deviation of the finite values with ddof 0; NaN for categories.</summary>
    public double StandardDeviation { get; init; } = double.NaN;

    /// <summary>Smallest finite value; NaN for categories.</summary>
    public double Minimum { get; init; } = double.NaN;

    /// <summary>Largest finite value; NaN for categories.</summary>
    public double Maximum { get; init; } = double.NaN;

    /// <summary>Values that were infinite; 0 for categories.</summary>
    public long Infinite { get; init; }

    /// <summary>Values below the baseline's smallest or above its largest; 0 for categories.</summary>
    public long OutOfRange { get; init; }

    /// <summary>A number's values without the missing ones, in any order: all of them, or about a thousand evenly spaced by rank when <see cref="IsSampled"/>.</summary>
    public ReadOnlyMemory<double> Numbers { get; init; }

    /// <summary>Whether <see cref="Numbers"/> stands for more values than it holds.</summary>
    public bool IsSampled { get; init; }

    /// <summary>The most frequent categories that the baseline does not have, with their counts (a lower bound where there are very many).</summary>
    public IReadOnlyList<KeyValuePair<string, long>> Unseen { get; init; } = [];
}
