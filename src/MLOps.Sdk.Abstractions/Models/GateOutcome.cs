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

    /// <summary>The candidate may pass, and somebody should read why this was said.</summary>
    Warned,

    /// <summary>There is nothing that the gate could judge. It blocks nothing, and answers no policy that asks for the gate.</summary>
    NotApplicable,
}
