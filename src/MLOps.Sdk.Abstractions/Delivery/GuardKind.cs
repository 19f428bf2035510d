namespace MLOps.Delivery;

/// <summary>What a guard watches on live traffic: always the candidate against the champion at the same time, never against the past.</summary>
public enum GuardKind
{
    /// <summary>The share of requests that failed.</summary>
    Errors,

    /// <summary>The share of requests that took longer than <see cref="DeploymentSpec.SlowerThan"/>.</summary>
    SlowAnswers,

    /// <summary>The mean answer, in either direction, in standard deviations of the champion's answers: drift between the arms.</summary>
    MeanOutput,
}
