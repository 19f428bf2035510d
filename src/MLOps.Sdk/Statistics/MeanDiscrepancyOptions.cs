namespace MLOps.Statistics;

/// <summary>How <see cref="TwoSample.MaximumMeanDiscrepancy"/> measures the distance of two rows.</summary>
public sealed record MeanDiscrepancyOptions
{
    /// <summary>
    /// Whether every column is first centred by the reference's mean and divided by its standard deviation (divisor n), so that units do not matter; a column in which the
    /// reference is constant is only centred. True by default.
    /// </summary>
    public bool Standardise { get; init; } = true;

    /// <summary>The kernel's sigma in the unit of the (standardised) rows, above 0; null, the default, for the median of the distances between pooled rows.</summary>
    public double? Bandwidth { get; init; }

    /// <summary>
    /// How many rows the median distance looks at, at least 2: from more, as many are taken at even steps, since the pairs grow with the square. 2,000 by default
    /// (2 million distances, 16 MB).
    /// </summary>
    public int LargestMedianSample { get; init; } = 2000;
}
