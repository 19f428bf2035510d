namespace MLOps.Storage;

/// <summary>See <see cref="Filter.Not"/>.</summary>
/// <param name="Inner">The condition.</param>
public sealed record NotFilter(Filter Inner) : Filter;
