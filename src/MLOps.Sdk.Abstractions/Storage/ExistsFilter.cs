namespace MLOps.Storage;

/// <summary>See <see cref="Filter.Exists"/>.</summary>
/// <param name="Field">The field.</param>
public sealed record ExistsFilter(string Field) : Filter;
