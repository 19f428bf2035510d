namespace MLOps.Delivery;

/// <summary>A route that a deployment published, on which the candidate computes answers.</summary>
/// <param name="Revision">The route's revision.</param>
/// <param name="Share">The candidate's share of the requests, or of the copies.</param>
/// <param name="IsShadow">Whether it answers copies only.</param>
public sealed record Exposure(long Revision, double Share, bool IsShadow);
