namespace MLOps.Storage;

/// <summary>See <see cref="Filter.In"/>.</summary>
/// <param name="Field">The field.</param>
/// <param name="Values">The values.</param>
public sealed record InFilter(string Field, IReadOnlyList<FieldValue> Values) : Filter;
