namespace MLOps.Models;

/// <summary>What a gate decided.</summary>
public enum GateOutcome
{
    /// <summary>The candidate may pass.</summary>
    Passed,

    /// <summary>The candidate is not good enough.</summary>
    Failed,

    /// <summary>The evidence does not decide.</summary>
    Inconclusive,

    /// <summary>The gate itself went wrong, which blocks like a failure.</summary>
    Error,
}
