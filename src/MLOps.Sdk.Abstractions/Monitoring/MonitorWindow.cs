namespace MLOps.Monitoring;

/// <summary>A half-open span of event time.</summary>
/// <param name="From">First moment, inclusive.</param>
/// <param name="To">Last moment, exclusive; after <paramref name="From"/>.</param>
public readonly record struct MonitorWindow(DateTimeOffset From, DateTimeOffset To);
