namespace MLOps.Records;

/// <summary>A document as it was read, with the version to expect when it is replaced.</summary>
/// <param name="Value">The document.</param>
/// <param name="Version">Its record's version.</param>
/// <param name="Json">Its exact bytes, which may hold members that this release does not know.</param>
internal sealed record Stored<T>(T Value, long Version, ReadOnlyMemory<byte> Json);
