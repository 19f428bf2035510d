namespace MLOps.Experiments;

/// <summary>A logged point.</summary>
/// <param name="Step">The step given.</param>
/// <param name="Time">When it was logged, to the millisecond, UTC.</param>
/// <param name="Value">The value, exact.</param>
public readonly record struct MetricPoint(long Step, DateTimeOffset Time, double Value);
