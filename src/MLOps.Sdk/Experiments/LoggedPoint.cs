namespace MLOps.Experiments;

/// <summary>A point in the buffer.</summary>
/// <param name="Metric">The run's number of the metric.</param>
/// <param name="Step">The step.</param>
/// <param name="Time">Milliseconds since 1970, UTC.</param>
/// <param name="Value">The value.</param>
readonly record struct LoggedPoint(int Metric, long Step, long Time, double Value);
