namespace MLOps.Serving;

/// <summary>What a caller may say about one prediction.</summary>
public readonly record struct PredictOptions
{
    /// <summary>When the event happened, for monitoring windows; the store's clock when null.</summary>
    public DateTimeOffset? EventTime { get; init; }

    /// <summary>When the answer is no longer wanted: a call whose turn comes later is refused with <see cref="MLOpsOverloadedException"/> and not computed. Never when null.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>True to keep this prediction out of the prediction log.</summary>
    public bool Unlogged { get; init; }
}
