namespace MLOps.Delivery;

/// <summary>How an AUC gate decides.</summary>
public sealed record AucGateOptions
{
    /// <summary>The gate's name, kept with the verdict; <c>auc</c> by default.</summary>
    public string Name { get; init; } = "auc";

    /// <summary>The area that the candidate's lower bound must reach; between 0 and 1, null for none.</summary>
    public double? AtLeast { get; init; }

    /// <summary>How much smaller than the champion's the area may be; at least 0, 0.005 by default. The bound of the difference must keep it. Null not to compare.</summary>
    public double? MaximumLoss { get; init; } = 0.005;

    /// <summary>How sure the decision must be, one-sided; above 0.5 and below 1, 0.95 by default.</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>Whether a candidate passes the comparison when there is no champion; true by default. False makes it inconclusive.</summary>
    public bool PassWithoutChampion { get; init; } = true;
}
