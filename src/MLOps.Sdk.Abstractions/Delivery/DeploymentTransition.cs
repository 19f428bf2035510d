namespace MLOps.Delivery;

/// <summary>A change of a deployment's state, and why it happened.</summary>
public sealed record DeploymentTransition
{
    /// <summary>The deployment.</summary>
    public required string Id { get; init; }

    /// <summary>Its epoch afterwards.</summary>
    public required long Epoch { get; init; }

    /// <summary>The deployment before; null for the first.</summary>
    public Deployment? Before { get; init; }

    /// <summary>The state that it came to.</summary>
    public required DeploymentState To { get; init; }

    /// <summary>The step of the canary that it came to.</summary>
    public int Step { get; init; }

    /// <summary>Why, in a sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>What the decision rested on; null for one that a person took.</summary>
    public DeploymentEvidence? Evidence { get; init; }

    /// <summary>What the guards made of it.</summary>
    public IReadOnlyList<GuardReading> Guards { get; init; } = [];

    /// <summary>What a person told it; null for a decision on evidence.</summary>
    public DeploymentCommand? Command { get; init; }

    /// <summary>Who did it.</summary>
    public required string Actor { get; init; }

    /// <summary>When, by the clock of whoever did it.</summary>
    public required DateTimeOffset At { get; init; }
}
