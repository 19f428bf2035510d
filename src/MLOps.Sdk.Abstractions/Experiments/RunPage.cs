namespace MLOps.Experiments;

/// <summary>A page of runs.</summary>
/// <param name="Runs">The runs, in the query's order.</param>
/// <param name="Next">For <see cref="RunQuery.After"/> of the next page; null when this is the last.</param>
public sealed record RunPage(IReadOnlyList<Run> Runs, string? Next);
