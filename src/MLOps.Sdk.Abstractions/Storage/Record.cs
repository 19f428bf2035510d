namespace MLOps.Storage;

/// <summary>A stored fact.</summary>
/// <param name="Key">Its collection and id.</param>
/// <param name="Version">Its version, from 1; one more with each change.</param>
/// <param name="Json">The document: the exact bytes that were put.</param>
/// <param name="Fields">The indexed fields that were put with it.</param>
public sealed record Record(RecordKey Key, long Version, ReadOnlyMemory<byte> Json, IReadOnlyDictionary<string, FieldValue> Fields);
