namespace MLOps.Monitoring;

/// <summary>For a while nobody is told of a model's alerts; they are kept all the same.</summary>
/// <param name="Model">The model.</param>
/// <param name="Until">Until when.</param>
/// <param name="Reason">Why.</param>
/// <param name="By">Who said so.</param>
public sealed record AlertSilence(string Model, DateTimeOffset Until, string? Reason, string By);
