namespace MLOps.Experiments;

/// <summary>Where a fork began.</summary>
/// <param name="RunId">The run it was forked from.</param>
/// <param name="Step">The last step that both share.</param>
public sealed record RunOrigin(string RunId, long Step);
