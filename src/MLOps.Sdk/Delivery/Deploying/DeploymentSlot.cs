namespace MLOps.Delivery;

/// <summary>The one place for a deployment under way that every alias has.</summary>
/// <param name="Model">The model.</param>
/// <param name="Alias">The alias.</param>
/// <param name="Deployment">Who has it; empty for nobody.</param>
internal sealed record DeploymentSlot(string Model, string Alias, string Deployment);
