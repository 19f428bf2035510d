namespace MLOps.Delivery;

/// <summary>The one place for a deployment under way that every alias has.</summary>
/// <param name="Model">The model.</param>
/// <param name="Alias">The alias.</param>
/// <param name="Deployment">Who has it; empty for nobody.</param>
/// <param name="At">When whoever had it last was started: the next comes later, whatever its machine's clock says.</param>
internal sealed record DeploymentSlot(string Model, string Alias, string Deployment, DateTimeOffset At);
