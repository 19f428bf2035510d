namespace MLOps.Storage;

/// <summary>See <see cref="Filter.Like"/>.</summary>
/// <param name="Field">The field.</param>
/// <param name="Pattern">The pattern.</param>
public sealed record LikeFilter(string Field, string Pattern) : Filter;
