namespace MLOps.Data;

/// <summary>What a repair did.</summary>
public sealed record DatasetRepairReport
{
    /// <summary>Parts that were damaged or missing and are whole now.</summary>
    public int Repaired { get; init; }

    /// <summary>What the store looks like now; sound when everything was found.</summary>
    public required DatasetVerifyReport After { get; init; }
}
