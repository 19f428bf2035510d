namespace MLOps.Statistics;

/// <summary>An item with its count, as far as a sketch knows it.</summary>
/// <param name="Item">The item.</param>
/// <param name="Estimate">The upper bound, which is the estimate.</param>
/// <param name="LowerBound">The count is certainly at least this.</param>
public readonly record struct FrequentItem(string Item, long Estimate, long LowerBound);
