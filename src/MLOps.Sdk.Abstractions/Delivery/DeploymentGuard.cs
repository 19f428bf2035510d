namespace MLOps.Delivery;

/// <summary>
/// What must not get worse while a candidate answers. The guard rolls a deployment back as soon as the evidence says that it is worse at all (rates) or worse by
/// the margin (means), and lets it be promoted only when it is shown to be worse by no more than the margin. It may be looked at all the time.
/// </summary>
/// <param name="Kind">What is watched.</param>
/// <param name="Margin">How much worse would still do: a difference of rates (0.01 is one percentage point), or of standard deviations. More than 0, finite.</param>
public sealed record DeploymentGuard(GuardKind Kind, double Margin);
