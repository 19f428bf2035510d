namespace MLOps.Testing;

/// <summary>One law of a seam, as a case to run.</summary>
/// <param name="Name">The law, as a fact in prose.</param>
/// <param name="Skip">Why the case does not apply to this backend, or null when it does. A skip is reported, never silent.</param>
/// <param name="Run">Runs the case on a store of its own; throws when the law is broken.</param>
public sealed record ConformanceCase(string Name, string? Skip, Func<CancellationToken, Task> Run);
