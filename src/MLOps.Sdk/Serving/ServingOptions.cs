namespace MLOps.Serving;

/// <summary>What all served models of a process share. Register one to replace the defaults: <c>builder.Use(_ => new ServingOptions { … })</c>.</summary>
public sealed record ServingOptions
{
    /// <summary>
    /// How many bytes the loaded models may take together, by what their declarations say: from 1; null, the default, for no bound. When a load goes
    /// beyond it, lazy models that were not asked for longest are taken out of memory, each after its last call; they are loaded again when they are asked.
    /// </summary>
    public long? MemoryBytes { get; init; }

    internal ServingOptions Checked() => MemoryBytes is null or >= 1
        ? this
        : throw new MLOpsInvalidException($"ServingOptions.MemoryBytes is {MemoryBytes}; it must be at least 1, or null for no bound.");
}
