namespace MLOps.Experiments;

/// <summary>The learning curves of one metric.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Alignment">What they are laid over each other by.</param>
/// <param name="Curves">One for each run that logged it.</param>
public sealed record MetricCurves(string Metric, CurveAlignment Alignment, IReadOnlyList<RunCurve> Curves);
