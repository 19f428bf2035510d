namespace MLOps.Experiments;

/// <summary>What happens to a point for which a run's buffer has no room.</summary>
public enum MetricOverflow
{
    /// <summary>Its caller waits until there is room.</summary>
    Wait,

    /// <summary>It is dropped, and counted: see <see cref="IRun.DroppedPoints"/> and <see cref="Run.DroppedPoints"/>.</summary>
    Drop,
}
