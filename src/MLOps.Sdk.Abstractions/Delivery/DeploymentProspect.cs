namespace MLOps.Delivery;

/// <summary>What would be decided about a deployment now.</summary>
/// <param name="Deployment">The deployment.</param>
/// <param name="To">The state that it would come to; its own when it would stay.</param>
/// <param name="Reason">Why, or what it waits for.</param>
/// <param name="Evidence">What the decision rests on.</param>
/// <param name="Guards">What the guards make of it.</param>
public sealed record DeploymentProspect(Deployment Deployment, DeploymentState To, string Reason, DeploymentEvidence Evidence, IReadOnlyList<GuardReading> Guards);
