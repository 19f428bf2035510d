namespace MLOps.Experiments;

/// <summary>The learning curve of one run, thinned out.</summary>
/// <param name="Run">The run's place in the comparison.</param>
/// <param name="X">Steps, or seconds since the run started.</param>
/// <param name="Y">The values; NaN where the run logged one.</param>
public sealed record RunCurve(int Run, IReadOnlyList<double> X, IReadOnlyList<double> Y);
