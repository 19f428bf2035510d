namespace MLOps.Delivery;

/// <summary>What is evaluated.</summary>
/// <typeparam name="TRow">A labelled row.</typeparam>
public sealed record EvaluationOptions<TRow>
{
    /// <summary>The metrics; RMSE and MAE by default.</summary>
    public IReadOnlyList<GateMetric> Metrics { get; init; } = [GateMetric.Rmse, GateMetric.Mae];

    /// <summary>Columns to slice by: a name, and what gives a row's value; null leaves a row out of that column's slices. The 20 largest slices of each are kept.</summary>
    public IReadOnlyDictionary<string, Func<TRow, string?>> Slices { get; init; } = new Dictionary<string, Func<TRow, string?>>();

    /// <summary>How sure the intervals are, two-sided; above 0.5 and below 1, 0.95 by default.</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>Slices of fewer rows are left out; at least 2, 30 by default.</summary>
    public int MinimumRows { get; init; } = 30;

    /// <summary>See <see cref="MetricGateOptions.BlockLength"/>.</summary>
    public int BlockLength { get; init; } = 1;

    /// <summary>See <see cref="MetricGateOptions.Resamples"/>.</summary>
    public int Resamples { get; init; } = 2_000;

    /// <summary>Where the random sequence starts: the same rows give the same intervals.</summary>
    public ulong Seed { get; init; } = 1;
}
