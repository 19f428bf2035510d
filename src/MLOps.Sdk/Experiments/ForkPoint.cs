namespace MLOps.Experiments;

/// <summary>Where a run is forked.</summary>
/// <param name="Source">The run that it continues.</param>
/// <param name="Step">The last step that both share.</param>
sealed record ForkPoint(Run Source, long Step);
