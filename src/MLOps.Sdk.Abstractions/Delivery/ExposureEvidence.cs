namespace MLOps.Delivery;

/// <summary>What the two did at the same time on one route.</summary>
/// <param name="Exposure">The route.</param>
/// <param name="Champion">The champion.</param>
/// <param name="Candidate">The candidate.</param>
public sealed record ExposureEvidence(Exposure Exposure, ArmEvidence Champion, ArmEvidence Candidate);
