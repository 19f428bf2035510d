namespace MLOps.Experiments;

/// <summary>A metric of one run, resolved once. Comes from <see cref="IRun.Metric"/> and is valid for that run only.</summary>
/// <param name="Name">The metric's name.</param>
/// <param name="Index">The run's own number for it.</param>
public readonly record struct MetricHandle(string Name, int Index);
