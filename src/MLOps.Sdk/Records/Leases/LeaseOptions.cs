namespace MLOps.Records;

/// <summary>How long a process may be silent before others take it for dead. Register one to replace the defaults: <c>builder.Use(_ => new LeaseOptions { … })</c>.</summary>
public sealed record LeaseOptions
{
    /// <summary>
    /// How long a lease lives without being renewed: 1 second to 1 day; 30 seconds by default. Its holder renews it three times as
    /// often. An observer measures it on its own clock, from when it first saw the lease as it is, so that no two machines' clocks
    /// are ever compared. A process of the same machine that is gone is found at once.
    /// </summary>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromSeconds(30);

    internal LeaseOptions Checked() => TimeToLive >= TimeSpan.FromSeconds(1) && TimeToLive <= TimeSpan.FromDays(1)
        ? this
        : throw new MLOpsInvalidException($"LeaseOptions.TimeToLive is {TimeToLive}; 1 second to 1 day is allowed.");
}
