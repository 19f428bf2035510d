namespace MLOps.Experiments;

/// <summary>A param of compared runs.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Values">Its value in each run, in the comparison's order; null in a run without it.</param>
/// <param name="IsDifferent">Whether the runs differ in it.</param>
public sealed record ParamDifference(string Name, IReadOnlyList<string?> Values, bool IsDifferent);
