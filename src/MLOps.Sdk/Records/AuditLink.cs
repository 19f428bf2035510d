using System.Text;
using System.Text.Json;

namespace MLOps.Records;

/// <summary>What the chain needs to know of an entry, read from its bytes without making objects of the rest.</summary>
/// <param name="Sequence">The number it says it has; 0 when it cannot be read.</param>
/// <param name="Previous">The hash it holds of the entry before.</param>
internal readonly record struct AuditLink(long Sequence, Hash Previous)
{
    // Longer than the longest collection, a slash and the longest id.
    private const int MaxKey = 600;

    /// <param name="json">The entry's bytes.</param>
    /// <param name="changes">Where each change goes: the hash of the record's key, and the digest after (null when it was deleted); null when nobody asks.</param>
    /// <exception cref="JsonException">The bytes are no entry.</exception>
    public static AuditLink Read(ReadOnlySpan<byte> json, List<(Hash Key, Hash? After)>? changes)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
        long? sequence = null;
        Hash? previous = null;
        Begin(ref reader, JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("sequence"u8)) sequence = reader.Read() && reader.TryGetInt64(out var number) ? number : throw new JsonException("The number of the entry cannot be read.");
            else if (reader.ValueTextEquals("previous"u8)) previous = ReadHash(ref reader);
            else if (changes is not null && reader.ValueTextEquals("changes"u8)) ReadChanges(ref reader, changes);
            else reader.Skip();

            // Nothing behind these two is asked for: the hash covers it.
            if (changes is null && sequence is not null && previous is not null) break;
        }

        return sequence is > 0 and { } s && previous is { } p ? new(s, p) : throw new JsonException("The entry has no number or no hash of the entry before.");
    }

    private static void ReadChanges(ref Utf8JsonReader reader, List<(Hash Key, Hash? After)> changes)
    {
        Begin(ref reader, JsonTokenType.StartArray);
        Span<byte> key = stackalloc byte[MaxKey];
        Span<byte> id = stackalloc byte[MaxKey];
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var (keyLength, idLength) = (0, 0);
            Hash? after = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("collection"u8)) keyLength = ReadText(ref reader, key);
                else if (reader.ValueTextEquals("id"u8)) idLength = ReadText(ref reader, id);
                else if (reader.ValueTextEquals("after"u8)) after = ReadHash(ref reader);
                else reader.Skip();
            }

            if (keyLength == 0 || idLength == 0 || keyLength + 1 + idLength > MaxKey) throw new JsonException("A change names no record.");
            key[keyLength] = (byte)'/';
            id[..idLength].CopyTo(key[(keyLength + 1)..]);
            changes.Add((Hash.Of(key[..(keyLength + 1 + idLength)]), after));
        }
    }

    private static int ReadText(ref Utf8JsonReader reader, scoped Span<byte> text) =>
        reader.Read() && reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length <= text.Length * 6 && Fits(ref reader, text) ? reader.CopyString(text) : throw new JsonException("A text is missing or too long.");

    // An escape takes up to six bytes for one to three of its text: only what may be too long is measured.
    private static bool Fits(ref Utf8JsonReader reader, scoped Span<byte> text) => reader.ValueSpan.Length <= text.Length || Encoding.UTF8.GetByteCount(reader.GetString()!) <= text.Length;

    private static Hash ReadHash(ref Utf8JsonReader reader) =>
        reader.Read() && reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped && Hash.TryParse(reader.ValueSpan, out var hash) ? hash : throw new JsonException("A hash cannot be read.");

    private static void Begin(ref Utf8JsonReader reader, JsonTokenType type)
    {
        if (!reader.Read() || reader.TokenType != type) throw new JsonException("It is no entry.");
    }
}
