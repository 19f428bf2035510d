namespace MLOps.Storage;

/// <summary>How a store is copied.</summary>
public sealed class StoreCopyOptions
{
    /// <summary>How many blobs are copied at once: 1 to 64; 4 by default.</summary>
    public int Parallel { get; set; } = 4;

    /// <summary>Whether both stores are read again at the end and the SHA-256 of their exports compared; true by default. Blobs named by their content are verified as they are written in any case.</summary>
    public bool Compare { get; set; } = true;
}
