namespace MLOps.Experiments;

/// <summary>What a run used. Of runs at the same time in one process each counts what the whole process used.</summary>
/// <param name="CpuHours">Processor time of the process while the run was open, in hours.</param>
/// <param name="PeakMemoryBytes">The most memory that the process had had by the run's end.</param>
public sealed record RunCost(double CpuHours, long PeakMemoryBytes)
{
    /// <summary>The run's duration in hours times the price of an hour; null when no price was given.</summary>
    public double? Price { get; init; }
}
