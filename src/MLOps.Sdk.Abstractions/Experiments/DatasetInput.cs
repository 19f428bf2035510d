namespace MLOps.Experiments;

/// <summary>A dataset version that a run read.</summary>
/// <param name="Dataset">The dataset's name.</param>
/// <param name="VersionId">The version's id.</param>
/// <param name="Context">What for.</param>
public sealed record DatasetInput(string Dataset, string VersionId, string Context);
