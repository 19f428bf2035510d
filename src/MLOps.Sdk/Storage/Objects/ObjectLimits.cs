namespace MLOps.Storage.Objects;

/// <summary>What an object store allows for a blob that is sent in parts.</summary>
/// <param name="SmallestPart">The least bytes of any part but the last.</param>
/// <param name="LargestPart">The most bytes of a part.</param>
/// <param name="MostParts">The most parts of one blob.</param>
public readonly record struct ObjectLimits(int SmallestPart, long LargestPart, int MostParts);
