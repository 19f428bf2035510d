using MLOps.Records;

namespace MLOps.Experiments;

/// <summary>What a tracker can be told.</summary>
sealed record TrackingOptions
{
    public MetricLogOptions Metrics { get; init; } = new();

    public LeaseOptions Leases { get; init; } = new();

    public RunCaptureOptions Capture { get; init; } = RunCaptureOptions.None;
}
