namespace MLOps.Storage;

/// <summary>Where a record stands in a query's order.</summary>
/// <param name="Value">The value it is ordered by; null when the record has none.</param>
/// <param name="Id">Its id, which decides ties.</param>
readonly record struct PagePlace(FieldValue? Value, string Id);
