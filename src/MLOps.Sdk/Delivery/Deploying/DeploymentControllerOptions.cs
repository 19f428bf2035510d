namespace MLOps.Delivery;

/// <summary>How a host looks after deployments.</summary>
public sealed record DeploymentControllerOptions
{
    /// <summary>How often it looks; 100 milliseconds to 1 hour, 2 seconds by default.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(2);

    internal DeploymentControllerOptions Checked() => Interval >= TimeSpan.FromMilliseconds(100) && Interval <= TimeSpan.FromHours(1)
        ? this
        : throw new MLOpsInvalidException($"{nameof(DeploymentControllerOptions)}.{nameof(Interval)} is {Interval}; 100 milliseconds to 1 hour is allowed.");
}
