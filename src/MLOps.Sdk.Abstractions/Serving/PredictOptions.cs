namespace MLOps.Serving;

/// <summary>What a caller may say about one prediction.</summary>
public readonly record struct PredictOptions
{
    /// <summary>When the event happened, for monitoring windows; the store's clock when null.</summary>
    public DateTimeOffset? EventTime { get; init; }

    /// <summary>When the answer is no longer wanted: a call whose turn comes later is refused with <see cref="MLOpsOverloadedException"/> and not computed. Never when null.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>
    /// Who or what the request is about: a user's id. While several versions share the traffic, the same key gets the same version until the
    /// shares change, and raising a new version's share moves no key away from it. Null for none: each call is then routed by chance.
    /// </summary>
    public string? Key { get; init; }

    /// <summary>The customer the request belongs to, for routes that tell tenants apart; null for none.</summary>
    public string? Tenant { get; init; }

    /// <summary>Finds a header of the request by its name, for routes that look at headers; null for none.</summary>
    public Func<string, string?>? Header { get; init; }

    /// <summary>The arm that must answer, whatever the route's shares say; one that the route does not have is passed over. Not for callers that are not trusted with it.</summary>
    public string? Arm { get; init; }

    /// <summary>True to keep this prediction out of the prediction log.</summary>
    public bool Unlogged { get; init; }
}
