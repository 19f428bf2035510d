using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLOps.Records;

/// <summary>Writes a digest as its hexadecimal text, the digest of nothing as an empty one.</summary>
internal sealed class DigestJsonConverter : JsonConverter<Digest>
{
    public override Digest Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetString() is var text && text?.Length == 0 ? default : Digest.TryParse(text, out var digest) ? digest : throw new JsonException("A digest is 64 hexadecimal characters.");

    public override void Write(Utf8JsonWriter writer, Digest value, JsonSerializerOptions options) => writer.WriteStringValue(value.Hex);
}
