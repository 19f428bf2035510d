namespace MLOps.Delivery;

/// <summary>What a recorded metric must keep. At least one limit is needed.</summary>
public sealed record RecordedGateOptions
{
    /// <summary>The metric, as it stands in the version's <see cref="Evaluation"/>, or else in its metrics.</summary>
    public required string Metric { get; init; }

    /// <summary>The gate's name, kept with the verdict; <c>recorded-</c> and the metric when null.</summary>
    public string? Name { get; init; }

    /// <summary>What it must reach; null for no such limit.</summary>
    public double? AtLeast { get; init; }

    /// <summary>What it must not exceed; null for no such limit.</summary>
    public double? AtMost { get; init; }

    /// <summary>By what share of the champion's it may be worse: 0.02 for 2 %; at least 0, null not to compare.</summary>
    public double? MaximumLoss { get; init; }

    /// <summary>Whether more is better, for the comparison; false by default, as with every error.</summary>
    public bool HigherIsBetter { get; init; }

    /// <summary>Whether every slice of the evaluation is asked too; false by default.</summary>
    public bool Slices { get; init; }

    /// <summary>Slices of fewer rows are left out; 30 by default.</summary>
    public int MinimumRows { get; init; } = 30;
}
