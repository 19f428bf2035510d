namespace MLOps.Storage;

/// <summary>See <see cref="Filter.Or"/>.</summary>
/// <param name="Filters">The conditions.</param>
public sealed record OrFilter(IReadOnlyList<Filter> Filters) : Filter;
