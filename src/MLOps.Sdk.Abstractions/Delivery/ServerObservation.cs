namespace MLOps.Delivery;

/// <summary>What a live server follows.</summary>
/// <param name="Server">The server.</param>
/// <param name="Revision">The revision of the route that it follows.</param>
/// <param name="Error">Why it cannot follow a newer one; null while all is well.</param>
/// <param name="TakenOut">Why it took the candidate out by itself; null when it did not.</param>
public sealed record ServerObservation(string Server, long Revision, string? Error = null, string? TakenOut = null);
