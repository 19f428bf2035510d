using System.Text.Json.Serialization;

namespace MLOps.Records;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(DigestJsonConverter), typeof(EntityRefJsonConverter)])]
[JsonSerializable(typeof(ProcessLease))]
[JsonSerializable(typeof(LineageEdge))]
[JsonSerializable(typeof(AuditEntry))]
[JsonSerializable(typeof(AuditHead))]
[JsonSerializable(typeof(ModelEvent))]
[JsonSerializable(typeof(WebhookCursor))]
[JsonSerializable(typeof(WebhookDelivery))]
[JsonSerializable(typeof(AuditCheckpoint))]
internal sealed partial class RecordsJson : JsonSerializerContext;
