using System.Text.Json;

namespace MLOps.Records;

/// <summary>A change of one audited record.</summary>
/// <param name="Collection">The record's collection.</param>
/// <param name="Id">The record's id.</param>
/// <param name="Before">The digest of the document before; null when there was none.</param>
/// <param name="After">The digest of the document after; null when it was deleted.</param>
/// <param name="Document">The document after; null when it was deleted.</param>
public sealed record AuditedChange(string Collection, string Id, Digest? Before = null, Digest? After = null, JsonElement? Document = null);
