namespace MLOps.Delivery;

/// <summary>Why a change of state happened, decided again from what was kept.</summary>
/// <param name="Transition">The change.</param>
/// <param name="IsConfirmed">True when the kept evidence leads to the same decision again, or when a person took it.</param>
public sealed record DeploymentExplanation(DeploymentTransition Transition, bool IsConfirmed);
