namespace MLOps.Serving;

/// <summary>What a caller may say about one prediction.</summary>
public readonly record struct PredictOptions
{
    /// <summary>When the event happened, for monitoring windows; the store's clock when null.</summary>
    public DateTimeOffset? EventTime { get; init; }

    /// <summary>True to keep this prediction out of the prediction log.</summary>
    public bool Unlogged { get; init; }
}
