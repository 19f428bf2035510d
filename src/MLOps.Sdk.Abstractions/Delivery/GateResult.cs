using MLOps.Models;

namespace MLOps.Delivery;

/// <summary>What a gate found.</summary>
/// <param name="Outcome">The decision.</param>
/// <param name="Message">The decision in a sentence with its numbers.</param>
/// <param name="Evidence">The numbers.</param>
public sealed record GateResult(GateOutcome Outcome, string Message, IReadOnlyDictionary<string, double> Evidence);
