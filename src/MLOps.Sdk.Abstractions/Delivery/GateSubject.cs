using MLOps.Models;

namespace MLOps.Delivery;

/// <summary>What a gate judges.</summary>
/// <param name="Candidate">The version that would be promoted.</param>
/// <param name="Champion">The version the alias points to now; null when there is none.</param>
/// <param name="Registry">Loads the two and opens their files.</param>
public sealed record GateSubject(ModelVersion Candidate, ModelVersion? Champion, IModelRegistry Registry);
