using MLOps.Models;

namespace MLOps.Delivery;

/// <summary>What a card is about.</summary>
/// <param name="Version">The version.</param>
/// <param name="Champion">What the alias <c>champion</c> points to; null when to nothing, or to this version.</param>
/// <param name="Notes">What people said.</param>
public sealed record CardSubject(ModelVersion Version, ModelVersion? Champion, CardNotes Notes);
