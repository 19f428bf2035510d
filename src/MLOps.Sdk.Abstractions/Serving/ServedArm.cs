namespace MLOps.Serving;

/// <summary>One of the versions that share a model's traffic in this process.</summary>
/// <param name="Name">The arm's name in the route; empty while the alias alone decides.</param>
/// <param name="Number">The version.</param>
/// <param name="Share">Of the requests that no rule decides: 0 to 1; 0 for one that is only asked beside.</param>
/// <param name="Problem">Why this process asks it no more and lets the first arm answer; null while it is asked.</param>
public sealed record ServedArm(string Name, int Number, double Share, string? Problem);
