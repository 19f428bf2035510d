namespace MLOps.Models;

/// <summary>What a retention rule says of a version.</summary>
/// <param name="Version">The version.</param>
/// <param name="IsKept">False when it is, or would be, deleted.</param>
/// <param name="Why">Why, in a few words.</param>
public sealed record RetentionDecision(ModelVersion Version, bool IsKept, string Why);
