namespace MLOps.Delivery;

/// <summary>How a metric gate decides.</summary>
public sealed record MetricGateOptions
{
    /// <summary>The gate's name, kept with the verdict; the metric's name in lower case when null.</summary>
    public string? Name { get; init; }

    /// <summary>What is compared; <see cref="GateMetric.Rmse"/> by default.</summary>
    public GateMetric Metric { get; init; } = GateMetric.Rmse;

    /// <summary>
    /// How much better than the champion the candidate must be, as a share of the champion's metric: 0.05 asks for an RMSE at most 0.95 of the champion's.
    /// Negative for "hardly worse": -0.02 allows 1.02 of it. Below 1; 0 by default.
    /// </summary>
    public double MinimumImprovement { get; init; }

    /// <summary>How sure the decision must be, one-sided; above 0.5 and below 1, 0.95 by default.</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>Fewer rows than this are inconclusive. At least 2; 30 by default.</summary>
    public int MinimumRows { get; init; } = 30;

    /// <summary>Rows that are drawn together. Neighbouring errors of a time series are alike; drawn one by one they would look like more evidence than they are. 24 suits hourly rows in order. At least 1, the default.</summary>
    public int BlockLength { get; init; } = 1;

    /// <summary>How often the rows are drawn anew. 100 to 100,000; 2,000 by default.</summary>
    public int Resamples { get; init; } = 2_000;

    /// <summary>Where the random sequence starts: the same rows give the same decision.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Whether a candidate passes when there is no champion to compare with; true by default. False makes it inconclusive.</summary>
    public bool PassWithoutChampion { get; init; } = true;
}
