namespace MLOps.Models;

/// <summary>How to import an archive.</summary>
public sealed record ModelImportOptions
{
    /// <summary>The model to import into; the archive's own name when null. One that exists gets further versions.</summary>
    public string? Model { get; init; }

    /// <summary>The most bytes that the archive may hold in all; 64 GiB by default. More is refused as soon as the archive says so.</summary>
    public long MaxBytes { get; init; } = 64L << 30;
}
