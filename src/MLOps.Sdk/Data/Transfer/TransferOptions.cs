namespace MLOps.Data;

/// <summary>What to bring to another store.</summary>
public sealed record TransferOptions
{
    /// <summary>The branch; null for all branches and tags.</summary>
    public string? Branch { get; init; }

    /// <summary>The branch's name over there; null for the same.</summary>
    public string? As { get; init; }

    /// <summary>Bring nothing: count the versions that are missing over there, and fail where bringing them would.</summary>
    public bool DryRun { get; init; }

    /// <summary>Told of each version that is complete over there.</summary>
    public IProgress<DatasetVersion>? Progress { get; init; }
}
