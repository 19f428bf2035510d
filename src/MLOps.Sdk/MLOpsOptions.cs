namespace MLOps;

/// <summary>
/// Configuration of a store, bound from the section <c>MLOps</c> (<c>MLOps:key</c> for a store under a key) when the
/// application has an <c>IConfiguration</c>, and validated when the host starts.
/// </summary>
public sealed class MLOpsOptions
{
    /// <summary>The folder of the embedded store: SQLite and blobs. Relative to the working directory; <c>.mlops</c> by default. Not used when other storage was chosen.</summary>
    public string Folder { get; set; } = ".mlops";
}
