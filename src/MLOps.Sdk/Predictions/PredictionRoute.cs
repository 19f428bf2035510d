namespace MLOps.Predictions;

/// <summary>Why an arm of a route answered: one object for all rows of a routing table that share it.</summary>
/// <param name="Revision">The route's revision.</param>
/// <param name="Arm">The arm's name.</param>
/// <param name="Share">How probable it was that this request came to this arm, in parts of 10,000: what later estimates divide by. 0 when that is not known.</param>
/// <param name="Reason"><c>hash</c>, <c>random</c>, <c>pin</c>, <c>header</c>, <c>tenant</c>, <c>asked</c> or <c>diverted</c>.</param>
internal sealed record PredictionRoute(long Revision, string Arm, int Share, string Reason);
