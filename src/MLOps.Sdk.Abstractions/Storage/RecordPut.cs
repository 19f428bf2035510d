using System.Collections.ObjectModel;

namespace MLOps.Storage;

/// <summary>Creates or replaces a record.</summary>
/// <param name="Key">The record.</param>
/// <param name="Json">The document: UTF-8 JSON.</param>
/// <param name="Fields">Its indexed fields, at most 10,000: names of 1 to 1,000 characters without U+0000, not beginning with <c>$</c>. Null for none.</param>
/// <param name="Expected">See <see cref="RecordOperation"/>.</param>
public sealed record RecordPut(RecordKey Key, ReadOnlyMemory<byte> Json, IReadOnlyDictionary<string, FieldValue>? Fields = null, long? Expected = null)
    : RecordOperation(Key, Expected)
{
    /// <summary>Its indexed fields.</summary>
    public IReadOnlyDictionary<string, FieldValue> Fields { get; init; } = Fields ?? ReadOnlyDictionary<string, FieldValue>.Empty;
}
