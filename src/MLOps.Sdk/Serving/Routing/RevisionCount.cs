namespace MLOps.Serving;

/// <summary>What all servers together counted for one arm and version under one revision, during which its share did not change.</summary>
internal sealed record RevisionCount(long Revision, string? DeploymentId, ArmCount Count);
