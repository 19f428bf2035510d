namespace MLOps.Models;

/// <summary>An example of a call.</summary>
/// <param name="Input">The input as JSON; at most 64 KiB.</param>
/// <param name="Output">The answer as JSON, when known; at most 64 KiB.</param>
public sealed record ModelExample(string Input, string? Output = null);
