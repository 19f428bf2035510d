using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLOps.Records;

/// <summary>Writes a reference as <c>kind:id</c>.</summary>
internal sealed class EntityRefJsonConverter : JsonConverter<EntityRef>
{
    public override EntityRef Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return EntityRef.Parse(reader.GetString() ?? string.Empty);
        }
        catch (MLOpsInvalidException e)
        {
            throw new JsonException(e.Message, e);
        }
    }

    public override void Write(Utf8JsonWriter writer, EntityRef value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
