namespace MLOps.Records;

/// <summary>A record that a commit rested on without changing it: the approval that let an alias move.</summary>
/// <param name="Collection">The record's collection.</param>
/// <param name="Id">The record's id.</param>
/// <param name="Version">Its version at the instant of the commit.</param>
public sealed record AuditedCheck(string Collection, string Id, long Version);
