namespace MLOps.Testing;

/// <summary>How a case ended.</summary>
public enum ConformanceOutcome
{
    /// <summary>The law was kept.</summary>
    Passed,

    /// <summary>The law was broken.</summary>
    Failed,

    /// <summary>The backend says that the law does not apply to it.</summary>
    Skipped,
}
