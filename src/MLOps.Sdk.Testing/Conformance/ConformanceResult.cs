namespace MLOps.Testing;

/// <summary>The result of one case.</summary>
/// <param name="Name">The law, as a fact in prose.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Message">What was found or why it was skipped; null when the law was kept.</param>
public sealed record ConformanceResult(string Name, ConformanceOutcome Outcome, string? Message);
