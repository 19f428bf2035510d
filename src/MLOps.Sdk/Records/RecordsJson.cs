using System.Text.Json.Serialization;

namespace MLOps.Records;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(DigestJsonConverter), typeof(EntityRefJsonConverter)])]
[JsonSerializable(typeof(LineageEdge))]
[JsonSerializable(typeof(AuditEntry))]
[JsonSerializable(typeof(AuditHead))]
internal sealed partial class RecordsJson : JsonSerializerContext;
