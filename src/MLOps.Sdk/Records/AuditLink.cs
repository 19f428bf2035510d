using System.Text.Json;

namespace MLOps.Records;

/// <summary>What the chain needs to know of an entry, read from its bytes without making objects of the rest.</summary>
/// <param name="Sequence">The number it says it has; 0 when it cannot be read.</param>
/// <param name="Previous">The hash it holds of the entry before.</param>
internal readonly record struct AuditLink(long Sequence, Hash Previous)
{
    /// <param name="json">The entry's bytes.</param>
    /// <param name="changed">Hears of each record that the entry changed, with the digest after (null when it was deleted); null when nobody asks.</param>
    /// <exception cref="JsonException">The bytes are no entry.</exception>
    public static AuditLink Read(ReadOnlySpan<byte> json, Action<string, string, Hash?>? changed)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
        long? sequence = null;
        Hash? previous = null;
        Begin(ref reader, JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("sequence"u8)) sequence = reader.Read() && reader.TryGetInt64(out var number) ? number : throw new JsonException("The number of the entry cannot be read.");
            else if (reader.ValueTextEquals("previous"u8)) previous = ReadHash(ref reader);
            else if (changed is not null && reader.ValueTextEquals("changes"u8)) ReadChanges(ref reader, changed);
            else reader.Skip();

            // Nothing behind these two is asked for: the hash covers it.
            if (changed is null && sequence is not null && previous is not null) break;
        }

        return sequence is > 0 and { } s && previous is { } p ? new(s, p) : throw new JsonException("The entry has no number or no hash of the entry before.");
    }

    private static void ReadChanges(ref Utf8JsonReader reader, Action<string, string, Hash?> changed)
    {
        Begin(ref reader, JsonTokenType.StartArray);
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            string? collection = null, id = null;
            Hash? after = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("collection"u8)) collection = ReadText(ref reader);
                else if (reader.ValueTextEquals("id"u8)) id = ReadText(ref reader);
                else if (reader.ValueTextEquals("after"u8)) after = ReadHash(ref reader);
                else reader.Skip();
            }

            changed(collection ?? throw new JsonException("A change names no collection."), id ?? throw new JsonException("A change names no record."), after);
        }
    }

    private static string? ReadText(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString() : throw new JsonException("A text is missing.");

    private static Hash ReadHash(ref Utf8JsonReader reader) =>
        reader.Read() && reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped && Hash.TryParse(reader.ValueSpan, out var hash) ? hash : throw new JsonException("A hash cannot be read.");

    private static void Begin(ref Utf8JsonReader reader, JsonTokenType type)
    {
        if (!reader.Read() || reader.TokenType != type) throw new JsonException("It is no entry.");
    }
}
