namespace MLOps.Storage;

/// <summary>See <see cref="Filter.And"/>.</summary>
/// <param name="Filters">The conditions.</param>
public sealed record AndFilter(IReadOnlyList<Filter> Filters) : Filter;
