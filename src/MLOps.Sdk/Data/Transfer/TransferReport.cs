namespace MLOps.Data;

/// <summary>What was brought to another store.</summary>
public sealed record TransferReport
{
    /// <summary>Versions that were not there.</summary>
    public int Versions { get; init; }

    /// <summary>Parts of files and lists that were not there; 0 for a dry run, which does not look for them.</summary>
    public int Chunks { get; init; }

    /// <summary>Their bytes, as stored.</summary>
    public long Bytes { get; init; }
}
