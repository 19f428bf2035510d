namespace MLOps.Storage.Relational;

/// <summary>A record that a query found, with its place in the query's order.</summary>
/// <param name="Place">The order value and the id.</param>
/// <param name="Record">The record.</param>
internal readonly record struct Hit(PageToken Place, Record Record);
