using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace MLOps.Storage.Relational;

/// <summary>The fields of a record as they were read; taken apart when somebody asks, and most readers want the document only.</summary>
/// <param name="bytes">As <see cref="FieldBytes"/> wrote them.</param>
internal sealed class StoredFields(byte[] bytes) : IReadOnlyDictionary<string, FieldValue>
{
    private Dictionary<string, FieldValue>? _fields;

    public int Count => Fields.Count;

    public IEnumerable<string> Keys => Fields.Keys;

    public IEnumerable<FieldValue> Values => Fields.Values;

    // Two readers at once may both take them apart, and either result is as good.
    private Dictionary<string, FieldValue> Fields => _fields ??= FieldBytes.Read(bytes);

    public FieldValue this[string key] => Fields[key];

    public bool ContainsKey(string key) => Fields.ContainsKey(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out FieldValue value) => Fields.TryGetValue(key, out value);

    public IEnumerator<KeyValuePair<string, FieldValue>> GetEnumerator() => Fields.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
