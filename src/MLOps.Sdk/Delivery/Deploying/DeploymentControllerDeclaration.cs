namespace MLOps.Delivery;

/// <summary>That a host looks after deployments, and how often.</summary>
internal sealed record DeploymentControllerDeclaration(DeploymentControllerOptions Options);
