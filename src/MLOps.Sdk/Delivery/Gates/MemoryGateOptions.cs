namespace MLOps.Delivery;

/// <summary>How much memory a candidate may take.</summary>
public sealed record MemoryGateOptions
{
    /// <summary>The gate's name, kept with the verdict; <c>memory</c> by default.</summary>
    public string Name { get; init; } = "memory";

    /// <summary>By how many bytes the process's managed heap and its working set may grow when it is loaded, whichever is more; null for no such limit.</summary>
    public long? LoadedBytes { get; init; }

    /// <summary>How many bytes it may allocate for an answer, on average; null for no such limit.</summary>
    public long? BytesPerAnswer { get; init; }
}
