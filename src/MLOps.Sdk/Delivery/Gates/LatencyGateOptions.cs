namespace MLOps.Delivery;

/// <summary>How fast a candidate must answer one row, on the machine where the gate runs.</summary>
public sealed record LatencyGateOptions
{
    /// <summary>The gate's name, kept with the verdict; <c>latency</c> by default.</summary>
    public string Name { get; init; } = "latency";

    /// <summary>What the quantile may be at most; null for no such limit.</summary>
    public TimeSpan? Maximum { get; init; }

    /// <summary>The quantile: between 0 and 1, 0.99 by default.</summary>
    public double Quantile { get; init; } = 0.99;

    /// <summary>How many times the champion's median the candidate's may be, both asked in turns; null not to compare.</summary>
    public double? MaximumRatio { get; init; }

    /// <summary>How many calls are measured; 100 to 1,000,000, 2,000 by default. A tenth more goes before to warm up.</summary>
    public int Calls { get; init; } = 2_000;
}
