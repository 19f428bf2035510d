namespace MLOps.Delivery;

/// <summary>What is to become of a deployment.</summary>
/// <param name="To">The state to come to; its own to stay.</param>
/// <param name="Step">The step of the canary to come to.</param>
/// <param name="Reason">Why, or what it waits for.</param>
/// <param name="Guards">What the guards made of the evidence.</param>
internal sealed record DeploymentDecision(DeploymentState To, int Step, string Reason, IReadOnlyList<GuardReading> Guards)
{
    public bool Moves(Deployment from) => To != from.State || Step != from.Step;
}
