namespace MLOps.Data;

/// <summary>What a verification found.</summary>
public sealed record DatasetVerifyReport
{
    /// <summary>Versions that were looked at.</summary>
    public int Versions { get; init; }

    /// <summary>Packs that were looked at.</summary>
    public int Packs { get; init; }

    /// <summary>How many bytes of data were read and hashed.</summary>
    public long BytesRead { get; init; }

    /// <summary>What is damaged, each place once.</summary>
    public IReadOnlyList<DatasetDamage> Damages { get; init; } = [];

    /// <summary>Packs with damage, in versions or in what nothing needs.</summary>
    public IReadOnlyList<string> DamagedPacks { get; init; } = [];

    /// <summary>True when nothing is damaged.</summary>
    public bool IsSound => Damages.Count + DamagedPacks.Count == 0;
}
