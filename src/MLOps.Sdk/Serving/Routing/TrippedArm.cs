namespace MLOps.Serving;

/// <summary>An arm that a server took out by itself; its requests go to the first arm.</summary>
/// <param name="Arm">Its name.</param>
/// <param name="Why">Which limit it broke, for people.</param>
/// <param name="At">By the server's clock.</param>
internal sealed record TrippedArm(string Arm, string Why, DateTimeOffset At);
